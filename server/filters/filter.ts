/**
 * A filter: one step of the chain between the socket and the mux. It answers, or it calls `next`.
 *
 * Upstream: func(http.Handler) http.Handler. An ErrorFilter takes what the steps below it threw, as a deferred
 * recover does; Express tells the two apart by their number of parameters.
 */
import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express';

export type Filter = (req: Request, res: Response, next: NextFunction) => void | Promise<void>;
export type ErrorFilter = ErrorRequestHandler;
