"""`python -m naver_sms`."""

from naver_sms.cli import main

raise SystemExit(main())
