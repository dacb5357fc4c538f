"""Our own door: resources at /api/v1, described by /api/v1/openapi.json."""

from hongyan.apis.rest.call import Services
from hongyan.apis.rest.door import BASE, RestDoor, RestSettings

__all__ = ["BASE", "RestDoor", "RestSettings", "Services"]
