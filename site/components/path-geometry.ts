/**
 * Where the path runs: the request comes in at the left, goes down to etcd at the turn, and what it wrote comes back out
 * below. The same shape in three sizes.
 */
import type { LayerId } from './layers.ts';

export interface Station {
  layer: LayerId;
  x: number;
  y: number;
  /** The piece of the line that belongs to this station. */
  line: string;
  /** Where the name stands, and to which side it grows. */
  label?: { x: number; y: number; anchor: 'start' | 'middle' | 'end' };
}

export interface Drawing {
  width: number;
  height: number;
  /** Glyphs along the line are turned where it runs downwards. */
  turned: boolean;
  stations: Station[];
}

export const wide: Drawing = {
  width: 820,
  height: 312,
  turned: false,
  stations: [
    { layer: 'socket', x: 62, y: 84, line: 'M8 84H104', label: { x: 62, y: 130, anchor: 'middle' } },
    { layer: 'filters', x: 184, y: 84, line: 'M104 84H262', label: { x: 184, y: 130, anchor: 'middle' } },
    { layer: 'mux', x: 304, y: 84, line: 'M262 84H346', label: { x: 304, y: 130, anchor: 'middle' } },
    { layer: 'handler', x: 392, y: 84, line: 'M346 84H436', label: { x: 392, y: 130, anchor: 'middle' } },
    { layer: 'admission', x: 482, y: 84, line: 'M436 84H527', label: { x: 482, y: 130, anchor: 'middle' } },
    { layer: 'registry', x: 572, y: 84, line: 'M527 84H617', label: { x: 572, y: 130, anchor: 'middle' } },
    { layer: 'storage', x: 662, y: 84, line: 'M617 84H716a40 40 0 0 1 40 40', label: { x: 662, y: 130, anchor: 'middle' } },
    { layer: 'etcd', x: 756, y: 165, line: 'M756 124V206a40 40 0 0 1-40 40', label: { x: 716, y: 170, anchor: 'end' } },
    { layer: 'cacher', x: 572, y: 246, line: 'M716 246H440', label: { x: 572, y: 294, anchor: 'middle' } },
    { layer: 'client', x: 262, y: 246, line: 'M440 246H300', label: { x: 262, y: 294, anchor: 'middle' } },
  ],
};

export const tall: Drawing = {
  width: 340,
  height: 640,
  turned: true,
  stations: [
    { layer: 'socket', x: 50, y: 50, line: 'M50 4V90', label: { x: 88, y: 46, anchor: 'start' } },
    { layer: 'filters', x: 50, y: 158, line: 'M50 90V226', label: { x: 88, y: 154, anchor: 'start' } },
    { layer: 'mux', x: 50, y: 262, line: 'M50 226V300', label: { x: 88, y: 258, anchor: 'start' } },
    { layer: 'handler', x: 50, y: 336, line: 'M50 300V373', label: { x: 88, y: 332, anchor: 'start' } },
    { layer: 'admission', x: 50, y: 410, line: 'M50 373V447', label: { x: 88, y: 406, anchor: 'start' } },
    { layer: 'registry', x: 50, y: 484, line: 'M50 447V520', label: { x: 88, y: 480, anchor: 'start' } },
    { layer: 'storage', x: 50, y: 556, line: 'M50 520V578a34 34 0 0 0 34 34H110', label: { x: 88, y: 552, anchor: 'start' } },
    { layer: 'etcd', x: 180, y: 612, line: 'M110 612H256a34 34 0 0 0 34-34', label: { x: 180, y: 580, anchor: 'middle' } },
    { layer: 'cacher', x: 290, y: 450, line: 'M290 578V372', label: { x: 254, y: 446, anchor: 'end' } },
    { layer: 'client', x: 290, y: 262, line: 'M290 372V300', label: { x: 254, y: 258, anchor: 'end' } },
  ],
};

const row: LayerId[] = ['socket', 'filters', 'mux', 'handler', 'admission', 'registry', 'storage'];

/** Marks alone: stands at the head of a chapter and of the instrument. */
export const small: Drawing = {
  width: 396,
  height: 74,
  turned: false,
  stations: [
    ...row.map((layer, index): Station => ({ layer, x: 24 + index * 50, y: 15, line: index === 6 ? 'M300 15H354a22 22 0 0 1 22 22' : `M${index * 50} 15h50` })),
    { layer: 'etcd', x: 376, y: 37, line: 'M376 37a22 22 0 0 1-22 22H300' },
    { layer: 'cacher', x: 274, y: 59, line: 'M300 59H200' },
    { layer: 'client', x: 174, y: 59, line: 'M200 59H150' },
  ],
};
