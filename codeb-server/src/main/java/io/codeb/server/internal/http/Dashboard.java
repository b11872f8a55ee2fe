package io.codeb.server.internal.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The page for people, as it was built into the jar: a few small files, kept in memory. Where it was built without
 * them, {@code /} says so. Immutable.
 */
public final class Dashboard {
    private static final String WHERE = "/io/codeb/server/dashboard/";
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final String MISSING = """
            This server was built without the dashboard (codeb.dashboard.skip).
            Its API is under /api; /api/openapi.json describes it.
            """;
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "txt", "text/plain; charset=utf-8");

    private final Map<String, Page> pages;

    private Dashboard(Map<String, Page> pages) {
        this.pages = Map.copyOf(pages);
    }

    /**
     * Reads what the jar has of it.
     *
     * @return the dashboard
     */
    public static Dashboard load() {
        return of(Dashboard::read);
    }

    /** Of files by their names, the list of which is {@code files.txt}; null where there is none of the name. */
    static Dashboard of(Function<String, byte @Nullable []> files) {
        Map<String, Page> pages = new HashMap<>();
        byte[] names = files.apply("files.txt");
        if (names == null) {
            byte[] missing = MISSING.getBytes(StandardCharsets.UTF_8);
            pages.put("/", new Page(404, "text/plain; charset=utf-8", "no-cache", missing, missing));
            return new Dashboard(pages);
        }
        new String(names, StandardCharsets.UTF_8).lines().forEach(name -> {
            byte[] content = files.apply(name);
            String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            if (content == null || type == null) {
                throw new IllegalStateException("the jar is not whole: " + name);
            }
            // What is in assets/ has a digest of its content in its name.
            String caching = name.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache";
            pages.put(
                    "/" + (name.equals("index.html") ? "" : name),
                    new Page(200, type, caching, content, gzip(content)));
        });
        return new Dashboard(pages);
    }

    /**
     * The page under a path.
     *
     * @param method of the request
     * @param path of the request, decoded
     * @return empty where there is none
     */
    Optional<Answer> answer(String method, String path) {
        return method.equals("GET") || method.equals("HEAD") ? Optional.ofNullable(pages.get(path)) : Optional.empty();
    }

    private static byte @Nullable [] read(String name) {
        try (InputStream content = Dashboard.class.getResourceAsStream(WHERE + name)) {
            return content == null ? null : content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }

    /** A file of it, plain and with gzip. */
    private static final class Page implements Answer {
        private final int status;
        private final String type;
        private final String caching;
        private final byte[] plain;
        private final byte[] zipped;

        Page(int status, String type, String caching, byte[] plain, byte[] zipped) {
            this.status = status;
            this.type = type;
            this.caching = caching;
            this.plain = plain;
            this.zipped = zipped;
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public void write(Request request, Response response, Callback callback) {
            boolean zips = zipped != plain && takesGzip(request);
            byte[] content = zips ? zipped : plain;
            response.setStatus(status);
            HttpFields.Mutable headers = response.getHeaders();
            headers.put(HttpHeader.CONTENT_TYPE, type);
            headers.put(HttpHeader.CONTENT_LENGTH, content.length);
            headers.put(HttpHeader.CACHE_CONTROL, caching);
            headers.put(HttpHeader.VARY, "Accept-Encoding");
            headers.put("Content-Security-Policy", POLICY);
            if (zips) {
                headers.put(HttpHeader.CONTENT_ENCODING, "gzip");
            }
            response.write(true, ByteBuffer.wrap(content), callback);
        }

        private static boolean takesGzip(Request request) {
            return request.getHeaders()
                    .getQualityCSV(HttpHeader.ACCEPT_ENCODING)
                    .contains("gzip");
        }
    }
}
