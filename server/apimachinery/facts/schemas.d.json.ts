import type { Schema } from '../schema.ts';
declare const schemas: Record<string, Schema>;
export = schemas;
