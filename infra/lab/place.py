"""Where the lab lives: its one folder, and what `up` wrote there for the other commands."""
import os
import pathlib
import sys

PASSWORD = 'secret'
DATA = ('database', 'keystone', 'glance-one', 'glance-two', 'log')  # what goes when the lab begins anew


def folder():
    """$GLANCE_EDGE_LAB, else a folder of that purpose in the user's cache or in /var/tmp."""
    chosen = os.environ.get('GLANCE_EDGE_LAB')
    if chosen:
        return pathlib.Path(chosen).absolute()
    return pathlib.Path(os.environ.get('XDG_CACHE_HOME') or '/var/tmp') / 'glance-edge-lab'


def read_env():
    """The settings of a lab that is (or was) up; empty when there never was one."""
    try:
        lines = (folder() / 'env').read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split('=', 1) for line in lines)


def setting(name):
    value = read_env().get(name)
    if value is None:
        sys.exit(f'lab: there is no lab in {folder()}; bring it up first')
    return value
