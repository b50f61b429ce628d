/**
 * What is wrong with a policy.
 *
 * Upstream: k8s.io/apiserver/pkg/apis/audit/validation/validation.go.
 */
import { invalid, newPath, notSupported, required } from '../apimachinery/field.ts';
import type { FieldError, Path } from '../apimachinery/field.ts';
import { isDNS1123Subdomain } from '../apimachinery/names.ts';
import { LEVELS } from './policy.ts';

/** A policy as a file has it. */
export interface RawPolicy {
  rules?: RawPolicyRule[];
  omitStages?: string[];
  omitManagedFields?: boolean;
}

export interface RawPolicyRule {
  level?: string;
  users?: string[];
  userGroups?: string[];
  verbs?: string[];
  resources?: RawGroupResources[];
  namespaces?: string[];
  nonResourceURLs?: string[];
  omitStages?: string[];
  omitManagedFields?: boolean;
}

interface RawGroupResources {
  group?: string;
  resources?: string[];
  resourceNames?: string[];
}

const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];

export function validatePolicy({ omitStages, rules = [] }: RawPolicy): FieldError[] {
  const at = newPath('rules');
  return [...validateOmitStages(omitStages, newPath('omitStages')), ...rules.flatMap((rule, i) => validatePolicyRule(rule, at.index(i)))];
}

function validatePolicyRule({ level = '', nonResourceURLs = [], resources = [], namespaces = [], omitStages }: RawPolicyRule, at: Path): FieldError[] {
  const both = nonResourceURLs.length > 0 && (resources.length > 0 || namespaces.length > 0);
  return [
    ...validateLevel(level, at.child('level')),
    ...validateNonResourceURLs(nonResourceURLs, at.child('nonResourceURLs')),
    ...validateResources(resources, at.child('resources')),
    ...validateOmitStages(omitStages, at.child('omitStages')),
    ...(both ? [invalid(at.child('nonResourceURLs'), nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs')] : []),
  ];
}

function validateLevel(level: string, at: Path): FieldError[] {
  if (level === '') return [required(at)];
  const known: readonly string[] = LEVELS;
  return known.includes(level) ? [] : [notSupported(at, level, known)];
}

function validateNonResourceURLs(urls: string[], at: Path): FieldError[] {
  return urls.flatMap((url, i) => {
    if (url === '*') return [];
    return [
      ...(url.startsWith('/') ? [] : [invalid(at.index(i), url, "non-resource URL rules must begin with a '/' character")]),
      ...(url.slice(0, -1).includes('*') ? [invalid(at.index(i), url, "non-resource URL wildcards '*' must be the final character of the rule")] : []),
    ];
  });
}

/** Which of them it is, the path does not say. */
function validateResources(all: RawGroupResources[], at: Path): FieldError[] {
  return all.flatMap(({ group = '', resources = [], resourceNames = [] }) => {
    const wrong = group === '' || group === '*' ? [] : isDNS1123Subdomain(group);
    return [
      ...(wrong.length > 0 ? [invalid(at.child('group'), group, wrong.join(','))] : []),
      ...(resourceNames.length > 0 && resources.length === 0 ? [invalid(at.child('resourceNames'), resourceNames, 'using resourceNames requires at least one resource')] : []),
    ];
  });
}

function validateOmitStages(stages: string[] = [], at: Path): FieldError[] {
  return stages.flatMap((stage, i) => (STAGES.includes(stage) ? [] : [invalid(at.index(i), stage, `allowed stages are ${STAGES.join(',')}`)]));
}
