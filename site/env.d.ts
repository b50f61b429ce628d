/// <reference types="astro/client" />

declare module '*.astro';
