import type { WireNumbers } from './facts.ts';
declare const numbers: WireNumbers;
export = numbers;
