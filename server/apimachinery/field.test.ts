import { describe, expect, it } from 'vitest';
import { aggregate, duplicate, forbidden, internal, invalid, newPath, notFound, notSupported, required, tooFew, tooLong, tooMany } from './field.ts';
import { quote } from './quote.ts';

const path = newPath('spec').child('ports').index(0).child('name');

describe('field errors', () => {
  it.each([
    [invalid(path, 'x"y', 'no'), 'FieldValueInvalid', 'Invalid value: "x\\"y": no'],
    [invalid(path, 3, 'no'), 'FieldValueInvalid', 'Invalid value: 3: no'],
    [invalid(path, { a: '<' }, 'no'), 'FieldValueInvalid', 'Invalid value: {"a":"\\u003c"}: no'],
    [invalid(path, undefined, 'no'), 'FieldValueInvalid', 'Invalid value: null: no'],
    [required(path), 'FieldValueRequired', 'Required value'],
    [required(path, 'why'), 'FieldValueRequired', 'Required value: why'],
    [duplicate(path, 'a'), 'FieldValueDuplicate', 'Duplicate value: "a"'],
    [notFound(path, 'a'), 'FieldValueNotFound', 'Not found: "a"'],
    [notSupported(path, 'a', ['B', 'C']), 'FieldValueNotSupported', 'Unsupported value: "a": supported values: "B", "C"'],
    [forbidden(path, 'why'), 'FieldValueForbidden', 'Forbidden: why'],
    [tooLong(path, 1), 'FieldValueTooLong', 'Too long: may not be more than 1 byte'],
    [tooMany(path, 3, 2), 'FieldValueTooMany', 'Too many: 3: must have at most 2 items'],
    [tooFew(path, 0, 1), 'FieldValueTooFew', 'Too few: 0: must have at least 1 item'],
    [internal(path, new Error('boom')), 'InternalError', 'Internal error: boom'],
  ])('%o', (error, type, body) => {
    expect(error).toEqual({ type, field: 'spec.ports[0].name', body });
  });

  it('are told once each when put together', () => {
    const a = required(newPath('a'));
    expect(aggregate([a, a])).toBe('a: Required value');
    expect(aggregate([a, required(newPath('b').key('k'))])).toBe('[a: Required value, b[k]: Required value]');
  });

  it('quote text as Go does', () => {
    expect(quote('a\tb\u0001é\u200b\\')).toBe('"a\\tb\\x01é\\u200b\\\\"');
  });
});
