package io.coxswain.imageregistry;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** OCI distribution 1.1 over HTTP: {@code /v2/}. Blobs stream through a fixed buffer, so their size does not matter to memory. */
@WebServlet(name = "image-registry", urlPatterns = "/v2/*")
public class RegistryServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final System.Logger LOG = System.getLogger(RegistryServlet.class.getName());
    private static final String DIGEST_HEADER = "Docker-Content-Digest";

    private final transient ImageRegistry registry;
    private final transient ImageAccess access;
    private final transient BlobTransfer transfer;

    @Inject
    public RegistryServlet(ImageRegistry registry, ImageAccess access) {
        this.registry = registry;
        this.access = access;
        this.transfer = new BlobTransfer(registry);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
        try {
            dispatch(request, response);
        } catch (RegistryException e) {
            fail(request, response, e);
        } catch (IOException e) {
            // The client went away, or the disk failed; if the answer has not begun the client may still hear of it.
            LOG.log(System.Logger.Level.WARNING, "image registry: " + request.getMethod() + " failed", e);
            if (!response.isCommitted()) {
                response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            }
        }
    }

    private void dispatch(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
        if (path.equals("/")) {
            access.check(request, "", ImageAccess.Action.PULL);
            json(response, HttpServletResponse.SC_OK, "{}");
            return;
        }
        if (path.equals("/_catalog")) {
            access.check(request, "", ImageAccess.Action.PULL);
            page(request, response, "repositories", "", registry.repositories());
            return;
        }
        RegistryPath parsed = RegistryPath.parse(path.substring(1))
                .orElseThrow(() -> new RegistryException(RegistryException.Code.NAME_UNKNOWN, "no such endpoint"));
        access.check(request, parsed.name().value(), action(request.getMethod()));
        switch (parsed.kind()) {
            case UPLOAD -> transfer.upload(parsed, request, response);
            case BLOB -> blob(parsed, request, response);
            case MANIFEST -> manifest(parsed, request, response);
            case TAGS -> tags(parsed, request, response);
            case REFERRERS -> referrers(parsed, response);
        }
    }

    private static ImageAccess.Action action(String method) {
        return switch (method) {
            case "GET", "HEAD" -> ImageAccess.Action.PULL;
            case "DELETE" -> ImageAccess.Action.DELETE;
            default -> ImageAccess.Action.PUSH;
        };
    }

    private void blob(RegistryPath path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Digest digest = Digest.parse(path.reference());
        switch (request.getMethod()) {
            case "GET", "HEAD" -> {
                Path file = registry.blob(digest).orElseThrow(() -> blobUnknown(digest));
                response.setHeader(DIGEST_HEADER, digest.toString());
                response.setContentType("application/octet-stream");
                transfer.download(file, digest, request, response);
            }
            case "DELETE" -> {
                if (!registry.deleteBlob(digest)) {
                    throw blobUnknown(digest);
                }
                response.setStatus(HttpServletResponse.SC_ACCEPTED);
            }
            default -> throw unsupported(request);
        }
    }

    private static RegistryException blobUnknown(Digest digest) {
        return new RegistryException(RegistryException.Code.BLOB_UNKNOWN, "blob unknown to registry: " + digest);
    }

    private void manifest(RegistryPath path, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        switch (request.getMethod()) {
            case "GET", "HEAD" -> {
                ImageRegistry.Manifest manifest =
                        registry.manifest(path.name(), path.reference()).orElseThrow(() -> manifestUnknown(path));
                response.setHeader(DIGEST_HEADER, manifest.digest().toString());
                response.setContentType(manifest.mediaType());
                response.setContentLength(manifest.bytes().length);
                if (request.getMethod().equals("GET")) {
                    response.getOutputStream().write(manifest.bytes());
                }
            }
            case "PUT" -> {
                byte[] bytes = bounded(request.getInputStream());
                Digest digest = registry.putManifest(path.name(), path.reference(), bytes);
                response.setHeader("Location", "/v2/" + path.name() + "/manifests/" + digest);
                response.setHeader(DIGEST_HEADER, digest.toString());
                ManifestReferences.of(bytes)
                        .subject()
                        .ifPresent(subject -> response.setHeader("OCI-Subject", subject.toString()));
                response.setStatus(HttpServletResponse.SC_CREATED);
            }
            case "DELETE" -> {
                if (!registry.deleteManifest(path.name(), path.reference())) {
                    throw manifestUnknown(path);
                }
                response.setStatus(HttpServletResponse.SC_ACCEPTED);
            }
            default -> throw unsupported(request);
        }
    }

    private static byte[] bounded(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(ImageRegistry.MAX_MANIFEST_BYTES + 1);
        if (bytes.length > ImageRegistry.MAX_MANIFEST_BYTES) {
            throw new RegistryException(
                    RegistryException.Code.SIZE_INVALID,
                    "manifest is larger than " + ImageRegistry.MAX_MANIFEST_BYTES + " bytes");
        }
        return bytes;
    }

    private static RegistryException manifestUnknown(RegistryPath path) {
        return new RegistryException(
                RegistryException.Code.MANIFEST_UNKNOWN, "manifest unknown: " + path.name() + ":" + path.reference());
    }

    private void tags(RegistryPath path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!registry.exists(path.name())) {
            throw new RegistryException(
                    RegistryException.Code.NAME_UNKNOWN, "repository name not known to registry: " + path.name());
        }
        page(request, response, "tags", path.name().value(), registry.tags(path.name()));
    }

    private void referrers(RegistryPath path, HttpServletResponse response) throws IOException {
        JsonArrayBuilder list = Json.createArrayBuilder();
        for (ImageRegistry.Manifest manifest : registry.referrers(path.name(), Digest.parse(path.reference()))) {
            list.add(Json.createObjectBuilder()
                    .add("mediaType", manifest.mediaType())
                    .add("digest", manifest.digest().toString())
                    .add("size", manifest.bytes().length)
                    .add("artifactType", ManifestReferences.of(manifest.bytes()).artifactType()));
        }
        response.setContentType("application/vnd.oci.image.index.v1+json");
        response.getOutputStream()
                .write(Json.createObjectBuilder()
                        .add("schemaVersion", 2)
                        .add("mediaType", "application/vnd.oci.image.index.v1+json")
                        .add("manifests", list)
                        .build()
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** One page of names, by the spec's {@code n} and {@code last}. */
    private static void page(
            HttpServletRequest request, HttpServletResponse response, String field, String name, List<String> all)
            throws IOException {
        String last = Optional.ofNullable(request.getParameter("last")).orElse("");
        int limit = pageSize(request.getParameter("n"));
        List<String> rest =
                all.stream().filter(entry -> entry.compareTo(last) > 0).toList();
        List<String> page = rest.subList(0, Math.min(limit, rest.size()));
        if (page.size() < rest.size() && !page.isEmpty()) {
            response.setHeader(
                    "Link",
                    "<" + request.getRequestURI() + "?n=" + limit + "&last=" + page.get(page.size() - 1)
                            + ">; rel=\"next\"");
        }
        var body = Json.createObjectBuilder();
        if (!name.isEmpty()) {
            body.add("name", name);
        }
        body.add(field, Json.createArrayBuilder(page));
        json(response, HttpServletResponse.SC_OK, body.build().toString());
    }

    private static int pageSize(@org.jspecify.annotations.Nullable String text) {
        if (text == null) {
            return 1000;
        }
        try {
            return Math.max(0, Math.min(1000, Integer.parseInt(text)));
        } catch (NumberFormatException e) {
            throw new RegistryException(RegistryException.Code.NAME_INVALID, "n is not a number");
        }
    }

    private static RegistryException unsupported(HttpServletRequest request) {
        return new RegistryException(
                RegistryException.Code.UNSUPPORTED, "the operation is unsupported: " + request.getMethod());
    }

    private static void fail(HttpServletRequest request, HttpServletResponse response, RegistryException e)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        if (e.code() == RegistryException.Code.UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"Coxswain image registry\"");
        }
        if (request.getMethod().equals("HEAD")) {
            response.setStatus(e.status());
        } else {
            json(response, e.status(), e.toJson());
        }
    }

    static void json(HttpServletResponse response, int status, String body) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
}
