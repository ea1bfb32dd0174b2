// The name of a route in metrics and spans: the template of Glance's own that a path fits. A closed
// list, so that nobody can make up names until the metrics have no room for the real ones.

const UNDER_IMAGE = `file stage import tasks members members/{name} tags/{name} actions/deactivate
  actions/reactivate locations`;
const UNDER_NAMESPACE = `objects objects/{name} properties properties/{name} resource_types
  resource_types/{name} tags tags/{name}`;
const UNDER_V2 = `images images/{image_id} info/import info/stores info/stores/detail info/usage
  stores/{name}/{image_id} tasks tasks/{name} metadefs/namespaces metadefs/namespaces/{name}
  metadefs/resource_types cache cache/clean cache/prune cache/{image_id} cache/nodes/{image_id}
  cached_images cached_images/{image_id} queued_images queued_images/{image_id}`;
const SCHEMAS = `image images member members task tasks metadefs/namespace metadefs/namespaces
  metadefs/object metadefs/objects metadefs/property metadefs/properties metadefs/resource_type
  metadefs/resource_types metadefs/tag metadefs/tags`;

const TEMPLATES: readonly string[] = [
  '/',
  '/versions',
  '/healthcheck',
  '/v2',
  ...below('/v2', UNDER_V2),
  ...below('/v2/schemas', SCHEMAS),
  ...below('/v2/images/{image_id}', UNDER_IMAGE),
  ...below('/v2/metadefs/namespaces/{name}', UNDER_NAMESPACE),
];

/** What is no route of Glance. */
const NO_ROUTE = '/{name}';

const byLength = Map.groupBy(
  TEMPLATES.map((template) => ({ template, parts: partsOf(template) })),
  ({ parts }) => parts.length,
);

/** @param segments the decoded path segments, a version in its short form (`v2`) */
export function routeTemplate(segments: readonly string[]): string {
  const fitting = byLength.get(segments.length)?.find(({ parts }) => fits(parts, segments));
  return fitting?.template ?? NO_ROUTE;
}

function fits(parts: readonly string[], segments: readonly string[]): boolean {
  return parts.every((part, at) =>
    part.startsWith('{') ? segments[at] !== '' : part === segments[at],
  );
}

function partsOf(template: string): readonly string[] {
  return template === '/' ? [] : template.split('/').slice(1);
}

function below(path: string, names: string): readonly string[] {
  return names.split(/\s+/).map((name) => `${path}/${name}`);
}
