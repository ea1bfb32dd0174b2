// The image schema of a Glance: which attributes all images have, as opposed to what users added.
import type { Scope } from '../scope.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { askJson } from './requests.ts';
import type { Session } from './session.ts';

export interface ImageSchema {
  /** Whether that attribute stands at the top of a record; anything else is a property. */
  isBase(attribute: string): boolean;
}

export interface ImageSchemas {
  /** The schema of the Glance behind that session; asked for once. */
  of(scope: Scope, session: Session): Promise<ImageSchema>;
}

/** Endpoints whose schema is remembered: more than a program knows, unless it is led by strangers. */
const MAX_SCHEMAS = 100;

export function createImageSchemas(): ImageSchemas {
  const known = new Map<string, ImageSchema>();
  return {
    async of(scope, session) {
      const found = known.get(session.key);
      if (found !== undefined) return found;
      const schema = parseImageSchema(
        await askJson(scope, session, { method: 'GET', target: '/v2/schemas/image' }),
      );
      if (known.size < MAX_SCHEMAS) known.set(session.key, schema);
      return schema;
    },
  };
}

/** `is_base` is true unless the schema says otherwise, as in Glance's own client. */
export function parseImageSchema(json: JsonObject): ImageSchema {
  const properties = isJsonObject(json.properties) ? json.properties : {};
  const base = new Set(
    Object.entries(properties)
      .filter(([, property]) => !isJsonObject(property) || property.is_base !== false)
      .map(([name]) => name),
  );
  return { isBase: (attribute) => base.has(attribute) };
}
