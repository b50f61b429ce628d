/**
 * Volumes attached to nodes. Of volumes that are written into the attachment, only what is asked of these alone.
 *
 * Upstream: ValidateVolumeAttachment of pkg/apis/storage/validation/validation.go.
 */
import { int, isEmpty, isFields, stringMap, struct, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, newPath, required, tooLong } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { byteLength, isDNS1123Subdomain, isInRange } from '../../names.ts';
import { check, fieldImmutable, semanticEqual } from '../checks.ts';
import { printInternal } from '../internal/print.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validateDriverName } from './csi.ts';

const path = newPath('spec');
const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
const inline = 'in the context of inline volumes';
const maxMetadata = 256 * 1024;
const maxMessage = 1024;

function validateInline(volume: Fields, at: Path): FieldError[] {
  const policy = text(volume, 'persistentVolumeReclaimPolicy');
  return [
    ...(isFields(volume['claimRef']) ? [forbidden(at.child('claimRef'), `may not be specified ${inline}`)] : []),
    ...(isEmpty(volume, 'capacity') ? [] : [forbidden(at.child('capacity'), `may not be specified ${inline}`)]),
    ...(isFields(volume['csi']) ? [] : [required(at.child('csi'), `has to be specified ${inline}`)]),
    ...(volume['accessModes'] === undefined ? [required(at.child('accessModes'))] : []),
    ...(policy === '' || policy === 'Retain' ? [] : [forbidden(at.child('persistentVolumeReclaimPolicy'), `may only be Retain ${inline}`)]),
  ];
}

function validateSource(source: Fields, at: Path): FieldError[] {
  const { inlineVolumeSpec: volume, persistentVolumeName: name } = source;
  if (isFields(volume)) return name === undefined ? validateInline(volume, at.child('inlineVolumeSpec')) : [forbidden(at, one)];
  if (name === undefined) return [required(at, one)];
  return name === '' ? [required(at.child('persistentVolumeName'), 'must specify non empty persistentVolumeName')] : [];
}

function validateError(error: Fields, at: Path): FieldError[] {
  const code = int(error, 'errorCode') ?? 0;
  // the limit that is told is not the one that counts
  return [...(byteLength(text(error, 'message')) > maxMessage ? [tooLong(at.child('message'), maxMetadata)] : []), ...check(code < 0 ? isInRange(code, 0, 2 ** 31 - 1) : [], code, at.child('errorCode'))];
}

function validateStatus(status: Fields, at: Path): FieldError[] {
  const size = Object.entries(stringMap(status, 'attachmentMetadata')).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return [...(size > maxMetadata ? [tooLong(at.child('attachmentMetadata'), maxMetadata)] : []), ...['attachError', 'detachError'].flatMap((name) => validateError(struct(status, name), at.child(name)))];
}

function validate(obj: Fields): FieldError[] {
  const [spec, source] = [struct(obj, 'spec'), struct(struct(obj, 'spec'), 'source')];
  const [node, volume] = [text(spec, 'nodeName'), source['persistentVolumeName']];
  return [
    ...validateDriverName(text(spec, 'attacher'), path.child('attacher')),
    ...validateSource(source, path.child('source')),
    ...check(isDNS1123Subdomain(node), node, path.child('nodeName')),
    ...validateStatus(struct(obj, 'status'), newPath('status')),
    ...(typeof volume === 'string' ? check(isDNS1123Subdomain(volume), volume, path.child('source', 'persistentVolumeName')) : []),
  ];
}

const updated = newKind({
  namespaced: false,
  nameFn: nameIsDNSSubdomain,
  validate,
  order: ['create', 'own'],
  validateUpdate: (obj, old) => (semanticEqual(obj['spec'], old['spec']) ? [] : [invalid(path, printInternal('VolumeAttachmentSpec', obj['spec']), fieldImmutable)]),
});

/** A status is checked as any other update is. */
export const volumeAttachment = { ...updated, subresources: { status: updated.validateUpdate } };
