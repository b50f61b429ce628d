import type { ProtobufNode } from './facts.ts';
declare const root: ProtobufNode;
export = root;
