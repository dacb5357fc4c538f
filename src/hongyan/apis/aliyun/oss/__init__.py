"""Where files are uploaded and looked at as OSS, the vendor's object storage, would have it: `OssDoor`, raw ASGI.

`form` reads the multipart body as it comes, `answers` holds what is said to whom, `body` bounds what is read.
"""

from hongyan.apis.aliyun.oss.body import OssSettings
from hongyan.apis.aliyun.oss.door import OssDoor

__all__ = ["OssDoor", "OssSettings"]
