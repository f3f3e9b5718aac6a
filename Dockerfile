# syntax=docker/dockerfile:1
# Three stages: packages, static files, and the image that runs (no compiler, no Node, no root).

FROM python:3.13-slim-bookworm AS packages
WORKDIR /app
COPY requirements/uv.txt requirements/production.txt requirements/
RUN python -m venv /venv \
    && /venv/bin/pip install --quiet --no-cache-dir --require-hashes -r requirements/uv.txt \
    && /venv/bin/uv pip install --quiet --no-cache --python /venv/bin/python --compile-bytecode \
       --require-hashes -r requirements/production.txt


FROM packages AS static
COPY requirements/assets.txt requirements/
RUN /venv/bin/uv pip install --quiet --no-cache --python /venv/bin/python --require-hashes -r requirements/assets.txt
COPY . .
RUN /venv/bin/python -m deploy.assets \
    && ICM_MODE=embedded DATA_DIR=/tmp/data \
       /venv/bin/python manage.py collectstatic --noinput --ignore "*.map" --verbosity 0


FROM python:3.13-slim-bookworm AS portal
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 portal \
    && install -d -o portal -g portal /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=static /app/build /app/build
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ICM_MODE=production \
    DATA_DIR=/data \
    BIND=0.0.0.0:8000
USER portal
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-m", "deploy.healthy", "8000"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "icm_portal.wsgi"]
