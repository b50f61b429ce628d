import { describe, expect, it } from 'vitest';
import { diff } from './diff.ts';
import { printInternal } from './print.ts';

describe('the difference of two values', () => {
  it('is nothing for equal ones', () => {
    expect(diff({ a: 1 }, { a: 1 })).toBe('');
  });

  it('shows what changed with three lines around it', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i]));
    expect(diff(many, { ...many, k10: 'x' })).toBe('@@ -9,7 +9,7 @@\n  "k7": 7,\n  "k8": 8,\n  "k9": 9,\n- "k10": 10,\n+ "k10": "x",\n  "k11": 11,\n  "k12": 12,\n  "k13": 13,\n');
  });

  it('keeps changes that are far apart apart, and joins near ones', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i]));
    expect(diff(many, { ...many, k2: 'x', k20: 'x' }).match(/@@.*@@/g)).toEqual(['@@ -1,7 +1,7 @@', '@@ -19,7 +19,7 @@']);
    expect(diff(many, { ...many, k10: 'x', k15: 'x' }).match(/@@.*@@/g)).toEqual(['@@ -9,12 +9,12 @@']);
  });
});

describe('an internal type', () => {
  it('is printed with every field, under its Go name', () => {
    expect(printInternal('Toleration', { key: 'k', tolerationSeconds: 5 })).toEqual({ Key: 'k', Operator: '', Value: '', Effect: '', TolerationSeconds: 5 });
  });

  it('takes in the fields of embedded types', () => {
    expect(Object.keys(printInternal('Volume', { name: 'v', emptyDir: {} })).slice(0, 3)).toEqual(['Name', 'HostPath', 'EmptyDir']);
  });

  it('has the host namespaces of a pod in its security context', () => {
    expect(printInternal('PodSpec', { hostNetwork: true })).toMatchObject({ SecurityContext: { HostNetwork: true, HostPID: false }, Containers: null });
  });
});
