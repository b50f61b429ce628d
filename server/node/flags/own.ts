/**
 * Flags of our own.
 */
import { z } from 'zod';
import { port } from './values.ts';

export const ownFlags = {
  'kubeconfig-out': z.string().optional().describe('Where to write the kubeconfig.'),
  'lab-port': port.prefault('0').describe('Port of the lab, plain HTTP on loopback; 0 takes a free one.'),
};
