# The same setup as in a checkout, run as a user who owns nothing but what it keeps.
FROM python:3.11-slim-bookworm

WORKDIR /app
COPY requirements.lock ./
COPY .ci/setup.py .ci/
RUN python3 .ci/setup.py
COPY . .
RUN python3 .ci/setup.py

RUN useradd --system --uid 10001 governance \
    && install -d -o governance -m 700 /data /keys /escrow /backups
USER 10001
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GOVERNANCE_HOME=/data \
    GOVERNANCE_KEYS=/keys \
    GOVERNANCE_ESCROW=/escrow \
    GOVERNANCE_BACKUPS=/backups \
    GOVERNANCE_HOST=0.0.0.0
# Four volumes, so that the keys can be kept out of backups, and the backups on another disk.
VOLUME ["/data", "/keys", "/escrow", "/backups"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '8000') + '/healthz', timeout=4)"]
ENTRYPOINT ["governance"]
CMD ["serve"]
