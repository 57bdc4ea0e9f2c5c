# Coxswain's control plane as a container image. (Nodes need root and the host's containerd: see ./coxswain up.)
#
#   docker build -t coxswain .
#   docker run -p 6443:6443 -p 9443:9443 -p 5000:5000 -v coxswain:/var/lib/coxswain coxswain
#
# Build arguments:
#   BUILD_IMAGE    has Maven 3.8.7 or newer and a JDK 17 or newer
#   RUNTIME_IMAGE  has a Java 17 (or newer) runtime on PATH, and curl or apt-get to install it with
#   UID            the user the server runs as; never 0
#
# The administrator's kubeconfig is /var/lib/coxswain/kubeconfig in the volume, the console's first password is in
# /var/lib/coxswain/console-password. Every setting of docs/configuration.md is an environment variable as well:
# coxswain.api.port is COXSWAIN_API_PORT. Set COXSWAIN_API_ADVERTISE_ADDRESS to the address clients use.

ARG BUILD_IMAGE=docker.io/library/maven:3.9-eclipse-temurin-17
ARG RUNTIME_IMAGE=docker.io/library/eclipse-temurin:17-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY pom.xml ./
COPY .mvn .mvn
COPY src/build src/build
COPY src/main src/main
RUN mvn -B -Dgates=off -Dmaven.test.skip=true package \
 && version=$(sed -n 's:.*<liberty\.version>\(.*\)</liberty\.version>.*:\1:p' pom.xml) \
 && mvn -B dependency:copy "-Dartifact=io.openliberty:openliberty-runtime:${version}:zip" -DoutputDirectory=/build/zip \
 && mkdir -p /opt/coxswain/liberty/servers/coxswain/apps/coxswain.war /opt/coxswain/liberty/shared/resources/jdbc \
 && cd /opt/coxswain && jar xf "/build/zip/openliberty-runtime-${version}.zip" && chmod 0755 wlp/bin/server \
 && cp -R /build/src/main/liberty/config/. liberty/servers/coxswain/ \
 && cp /build/target/jdbc/*.jar liberty/shared/resources/jdbc/ \
 && cd liberty/servers/coxswain/apps/coxswain.war && jar xf /build/target/coxswain.war

FROM ${RUNTIME_IMAGE}
ARG UID=10001
# The health check's client, where the base image has none.
RUN command -v curl >/dev/null \
 || (apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*)
COPY --from=build --chown=${UID}:0 /opt/coxswain /opt/coxswain
COPY --chmod=0755 launcher/container-entry /usr/local/bin/coxswain-entry
RUN mkdir -p /var/lib/coxswain && chown ${UID}:0 /var/lib/coxswain && chmod 0770 /var/lib/coxswain
ENV WLP_USER_DIR=/opt/coxswain/liberty \
    LOG_DIR=/var/lib/coxswain/logs \
    COXSWAIN_DATA_DIR=/var/lib/coxswain \
    COXSWAIN_ROLES=control-plane \
    COXSWAIN_API_PORT=6443 \
    COXSWAIN_CONSOLE_PORT=9443 \
    COXSWAIN_REGISTRY_PORT=5000 \
    COXSWAIN_CONSOLE_USER=admin
USER ${UID}
VOLUME /var/lib/coxswain
EXPOSE 6443 9443 5000
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
  CMD curl -fsS -o /dev/null --cacert /var/lib/coxswain/pki/ca.crt "https://127.0.0.1:${COXSWAIN_API_PORT}/readyz"
ENTRYPOINT ["/usr/local/bin/coxswain-entry"]
