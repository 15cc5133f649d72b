"""Opens the ways to the customers that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naver_sms.gateway import Gateway, NoticeGateway, TextGateway
from sens import AlimtalkClient, OptOutList, SensClient

if TYPE_CHECKING:
    from collections.abc import Callable

    import urllib3

    from naver_sms.credentials import SensKey
    from naver_sms.settings import Settings


def open_optouts(
    settings: Settings, key: SensKey, *, pool: urllib3.PoolManager, epoch_ms: Callable[[], int]
) -> OptOutList:
    """Return SENS's list of those who refuse advertising."""
    return OptOutList(
        settings.sens_url, settings.sens_service_id, key.access_key, key.secret_key, pool=pool, epoch_ms=epoch_ms
    )


def open_gateway(
    settings: Settings, key: SensKey, *, pool: urllib3.PoolManager, epoch_ms: Callable[[], int]
) -> Gateway:
    """Return SENS as the settings have it: texts alone, or AlimTalks beside them."""
    texts = SensClient(
        settings.sens_url, settings.sens_service_id, key.access_key, key.secret_key, pool=pool, epoch_ms=epoch_ms
    )
    kakao = settings.alimtalk
    if kakao is None:
        return TextGateway(texts)
    notices = AlimtalkClient(
        settings.sens_url,
        kakao.service_id,
        key.access_key,
        key.secret_key,
        channel=kakao.channel,
        pool=pool,
        epoch_ms=epoch_ms,
    )
    return NoticeGateway(texts, notices)
