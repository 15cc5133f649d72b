# The workload as a Lambda image, for arm64 and x86-64. From the repository's root:
#
#   docker buildx build --platform linux/arm64,linux/amd64 -f deploy/naver-sms.Dockerfile -t NAME --push .
#
# Every package is pinned by hash (requirements/naver-sms.txt); `python -m bench.image` measures what they weigh.
# No browser: people sign in on a machine of their own (`naver-sms login`).
FROM python:3.11-slim AS packages
COPY requirements/naver-sms.txt /tmp/naver-sms.txt
RUN pip install --no-cache-dir --no-deps --no-compile --require-hashes --only-binary=:all: \
    --target /opt/naver-sms -r /tmp/naver-sms.txt
# Two services of AWS are used. The descriptions of the other four hundred are most of the image, and a client that is
# made looks for every one of them.
RUN find /opt/naver-sms/botocore/data -mindepth 1 -maxdepth 1 -type d \
    ! -name dynamodb ! -name secretsmanager -exec rm -r {} +

FROM python:3.11-slim
COPY --from=packages /opt/naver-sms /opt/naver-sms
COPY src/sens /opt/naver-sms/sens
COPY src/naver_sms /opt/naver-sms/naver_sms
ENV PYTHONPATH=/opt/naver-sms PYTHONUNBUFFERED=1
# Compiled once, here: a cold start cannot write beside the code.
RUN python -m compileall -q /opt/naver-sms
USER 65534:65534
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["naver_sms.handler.handler"]
