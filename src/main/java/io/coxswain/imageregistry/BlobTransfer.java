package io.coxswain.imageregistry;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Moves blobs in and out over HTTP: monolithic and chunked uploads, cross-repository mounts, ranged downloads. */
final class BlobTransfer {
    private static final int BUFFER = 64 * 1024;

    private final ImageRegistry registry;

    BlobTransfer(ImageRegistry registry) {
        this.registry = registry;
    }

    void upload(RegistryPath path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (path.reference().isEmpty()) {
            if (!request.getMethod().equals("POST")) {
                throw new RegistryException(RegistryException.Code.UNSUPPORTED, "an upload is started with POST");
            }
            start(path, request, response);
            return;
        }
        String id = path.reference();
        switch (request.getMethod()) {
            case "PATCH" -> {
                registry.append(id, rangeStart(request), request.getInputStream());
                progress(path, id, response, HttpServletResponse.SC_ACCEPTED);
            }
            case "PUT" -> {
                registry.append(id, rangeStart(request), request.getInputStream());
                finish(path, id, digestParameter(request), response);
            }
            case "GET" -> progress(path, id, response, HttpServletResponse.SC_NO_CONTENT);
            case "DELETE" -> {
                registry.cancelUpload(id);
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
            default ->
                throw new RegistryException(
                        RegistryException.Code.UNSUPPORTED, "the operation is unsupported: " + request.getMethod());
        }
    }

    private void start(RegistryPath path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String mount = request.getParameter("mount");
        if (mount != null) {
            Digest digest = Digest.parse(mount);
            if (registry.mount(digest)) {
                created(path, digest, response);
                return;
            }
        }
        String id = registry.startUpload();
        if (request.getParameter("digest") != null) {
            Digest digest = digestParameter(request);
            registry.append(id, -1, request.getInputStream());
            finish(path, id, digest, response);
        } else {
            progress(path, id, response, HttpServletResponse.SC_ACCEPTED);
        }
    }

    private void finish(RegistryPath path, String id, Digest digest, HttpServletResponse response) throws IOException {
        registry.finishUpload(id, digest);
        created(path, digest, response);
    }

    private static void created(RegistryPath path, Digest digest, HttpServletResponse response) {
        response.setHeader("Location", "/v2/" + path.name() + "/blobs/" + digest);
        response.setHeader("Docker-Content-Digest", digest.toString());
        response.setStatus(HttpServletResponse.SC_CREATED);
    }

    private void progress(RegistryPath path, String id, HttpServletResponse response, int status) throws IOException {
        long size = registry.uploadedBytes(id);
        response.setHeader("Location", "/v2/" + path.name() + "/blobs/uploads/" + id);
        response.setHeader("Docker-Upload-UUID", id);
        response.setHeader("Range", "0-" + Math.max(0, size - 1));
        response.setStatus(status);
    }

    private static Digest digestParameter(HttpServletRequest request) {
        return Digest.parse(Optional.ofNullable(request.getParameter("digest")).orElse(""));
    }

    /** Where {@code Content-Range: 0-1023} says that the chunk begins; -1 if it does not say. */
    private static long rangeStart(HttpServletRequest request) {
        String range = request.getHeader("Content-Range");
        if (range == null) {
            return -1;
        }
        String text = range.startsWith("bytes ") ? range.substring("bytes ".length()) : range;
        int dash = text.indexOf('-');
        try {
            return Long.parseLong(dash < 0 ? "" : text.substring(0, dash));
        } catch (NumberFormatException e) {
            throw new RegistryException(
                    RegistryException.Code.BLOB_UPLOAD_INVALID, "Content-Range is not <start>-<end>");
        }
    }

    void download(Path file, Digest digest, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        long size = Files.size(file);
        response.setHeader("Accept-Ranges", "bytes");
        response.setHeader("ETag", "\"" + digest + "\"");
        Optional<long[]> range = byteRange(request.getHeader("Range"), size);
        long from = range.map(bounds -> bounds[0]).orElse(0L);
        long to = range.map(bounds -> bounds[1]).orElse(size - 1);
        if (range.isPresent()) {
            if (from > to || from >= size) {
                response.setHeader("Content-Range", "bytes */" + size);
                response.setStatus(HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE);
                return;
            }
            response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
            response.setHeader("Content-Range", "bytes " + from + "-" + to + "/" + size);
        }
        response.setContentLengthLong(to - from + 1);
        if (request.getMethod().equals("GET")) {
            try (InputStream in = Files.newInputStream(file)) {
                in.skipNBytes(from);
                copy(in, response.getOutputStream(), to - from + 1);
            }
        }
    }

    private static void copy(InputStream in, OutputStream out, long count) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long left = count;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new IOException("blob ended early");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    /** One range {@code bytes=from-to}, {@code bytes=from-} or {@code bytes=-last}; empty (the whole blob) for anything else, as RFC 9110 §14.2 allows. */
    private static Optional<long[]> byteRange(@org.jspecify.annotations.Nullable String header, long size) {
        if (header == null || !header.startsWith("bytes=") || header.indexOf(',') >= 0) {
            return Optional.empty();
        }
        String[] bounds = header.substring("bytes=".length()).split("-", 2);
        if (bounds.length != 2) {
            return Optional.empty();
        }
        try {
            if (bounds[0].isEmpty()) {
                return Optional.of(new long[] {Math.max(0, size - Long.parseLong(bounds[1])), size - 1});
            }
            long to = bounds[1].isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(bounds[1]));
            return Optional.of(new long[] {Long.parseLong(bounds[0]), to});
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
