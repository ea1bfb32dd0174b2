"""The few words of Keystone's API that the lab speaks."""
import json
import urllib.request

from place import PASSWORD

# user -> (project, roles there); each project is made too
USERS = {
    'admin': ('admin', ['admin']),
    'demo': ('demo', ['member']),
    'other': ('other', ['member']),
    'glance': ('service', ['admin', 'service']),
    'gateway': ('service', ['admin', 'service']),
}


class Keystone:
    def __init__(self, url):
        self.url = url
        self.token = None

    def call(self, method, path, body=None, **headers):
        """The answer's headers and its JSON; raises urllib.error.HTTPError for any refusal."""
        headers = {name.replace('_', '-'): value for name, value in headers.items()}
        headers.setdefault('X-Auth-Token', self.token or '')
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={'Content-Type': 'application/json', **headers})
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return answer.headers, json.loads(text) if text else None

    def issue(self, user):
        """A fresh token of one of USERS, with what it says."""
        project, _ = USERS[user]
        domain = {'id': 'default'}
        headers, answer = self.call('POST', '/auth/tokens', {'auth': {
            'identity': {'methods': ['password'], 'password': {
                'user': {'name': user, 'domain': domain, 'password': PASSWORD}}},
            'scope': {'project': {'name': project, 'domain': domain}}}})
        return headers['X-Subject-Token'], answer['token']

    def sign_in(self, user='admin'):
        self.token, _ = self.issue(user)
        return self

    def ensure(self, kind, name, **fields):
        """The id of the thing with that name, made when it is missing."""
        found = self.call('GET', f'/{kind}?name={name}')[1][kind]
        if not found:
            single = kind.removesuffix('s')
            found = [self.call('POST', f'/{kind}', {single: {'name': name, **fields}})[1][single]]
        return found[0]['id']


def make_accounts(keystone, regions):
    """Projects, users, roles and the catalog with an image endpoint for each region; returns the
    projects' ids. Repeating it changes only what differs."""
    roles = {name: keystone.ensure('roles', name) for name in ('admin', 'member', 'reader', 'service')}
    projects = {}
    for user, (project, granted) in USERS.items():
        projects[project] = keystone.ensure('projects', project, domain_id='default')
        user_id = keystone.ensure('users', user, domain_id='default', password=PASSWORD)
        for role in granted:
            keystone.call('PUT', f'/projects/{projects[project]}/users/{user_id}/roles/{roles[role]}')
    service = keystone.ensure('services', 'glance', type='image')
    for region, url in regions.items():
        known = [one['id'] for one in keystone.call('GET', '/regions')[1]['regions']]
        if region not in known:
            keystone.call('POST', '/regions', {'region': {'id': region}})
        put_endpoint(keystone, service, region, url)
        put_endpoint(keystone, keystone.ensure('services', 'keystone'), region, keystone.url)
    return projects


def put_endpoint(keystone, service, region, url):
    present = keystone.call('GET', f'/endpoints?service_id={service}&region_id={region}')[1]['endpoints']
    by_face = {endpoint['interface']: endpoint for endpoint in present}
    for face in ('public', 'internal', 'admin'):
        wanted = {'service_id': service, 'region_id': region, 'interface': face, 'url': url}
        if face not in by_face:
            keystone.call('POST', '/endpoints', {'endpoint': wanted})
        elif by_face[face]['url'] != url:
            keystone.call('PATCH', f'/endpoints/{by_face[face]["id"]}', {'endpoint': {'url': url}})
