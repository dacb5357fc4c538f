"""The endpoint that official Alibaba Cloud SMS SDKs call: `AliyunDoor`, a raw ASGI callable.

`request_signing` signs and verifies, `parameters` reads query and form, `registry` names the built actions,
`errors` holds what is answered to whom.
"""

from hongyan.apis.aliyun.door import AliyunDoor, Observer
from hongyan.apis.aliyun.intake import DoorSettings
from hongyan.apis.aliyun.registry import BUILT, Services

__all__ = ["BUILT", "AliyunDoor", "DoorSettings", "Observer", "Services"]
