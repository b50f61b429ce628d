/**
 * The functions that every expression may call.
 *
 * Upstream: baseOpts of k8s.io/apiserver/pkg/cel/environment/base.go. Leaves out authorizer checks.
 */
import type { Overload } from '../functions.ts';
import { conversions } from './conversions.ts';
import { dates } from './dates.ts';
import { formats } from './format.ts';
import { lists } from './lists.ts';
import { network } from './net.ts';
import { operators } from './operators.ts';
import { optionals } from './optional.ts';
import { quantities } from './quantity.ts';
import { regexes } from './regex.ts';
import { semvers } from './semver.ts';
import { strings } from './strings.ts';
import { urls } from './url.ts';

export const baseLibraries: readonly (readonly Overload[])[] = [operators, conversions, dates, strings, regexes, lists, optionals, quantities, network, semvers, urls, formats];
