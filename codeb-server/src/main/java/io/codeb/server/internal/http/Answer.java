package io.codeb.server.internal.http;

import io.codeb.server.internal.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What is answered. */
@FunctionalInterface
public interface Answer {
    /**
     * Writes it, and completes the callback, now or later; what it throws completes it otherwise.
     *
     * @param request what was asked
     * @param response where to
     * @param callback told in the end
     * @throws Exception what kept it from being written
     */
    void write(Request request, Response response, Callback callback) throws Exception;

    /**
     * The status, for the log of what was done.
     *
     * @return that of an answer that is no problem, unless it says otherwise
     */
    default int status() {
        return 200;
    }

    /**
     * What went wrong, for the log of what was done.
     *
     * @return null where nothing did
     */
    default @Nullable String code() {
        return null;
    }

    /**
     * A record.
     *
     * @param status of the answer
     * @param value what JSON has
     * @return the answer
     */
    static Answer json(int status, Object value) {
        return new Whole(status, Route.JSON, Json.text(value), Map.of(), null);
    }

    /**
     * A record, with headers.
     *
     * @param status of the answer
     * @param value what JSON has
     * @param headers texts by name
     * @return the answer
     */
    static Answer json(int status, Object value, Map<String, String> headers) {
        return new Whole(status, Route.JSON, Json.text(value), headers, null);
    }

    /**
     * A text.
     *
     * @param type its media type
     * @param content what it says
     * @return the answer
     */
    static Answer text(String type, String content) {
        return new Whole(200, type, content, Map.of(), null);
    }

    /**
     * Nothing more to say.
     *
     * @return the answer
     */
    static Answer nothing() {
        return new Whole(204, "", "", Map.of(), null);
    }

    /**
     * Nothing more to say, with headers.
     *
     * @param headers texts by name
     * @return the answer
     */
    static Answer nothing(Map<String, String> headers) {
        return new Whole(204, "", "", headers, null);
    }

    /**
     * What went wrong.
     *
     * @param problem that
     * @param language in which it is told
     * @param headers texts by name
     * @return the answer
     */
    static Whole problem(Problem problem, Language language, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Language", language.tag());
        all.put("Vary", "Accept-Language");
        return new Whole(problem.status(), "application/problem+json", Json.text(problem), all, problem.code());
    }

    /** An answer that is there at once. */
    record Whole(
            int status,
            String type,
            String content,
            Map<String, String> headers,
            @Nullable String code) implements Answer {
        @Override
        public void write(Request request, Response response, Callback callback) {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            if (status == 200 && type.equals(Route.JSON) && request.getMethod().equals("GET")) {
                String tag = EntityTags.of(bytes);
                response.getHeaders().put(HttpHeader.ETAG, tag);
                if (EntityTags.named(request, tag)) {
                    response.setStatus(304);
                    response.write(true, ByteBuffer.allocate(0), callback);
                    return;
                }
            }
            response.setStatus(status);
            headers.forEach(response.getHeaders()::put);
            if (!type.isEmpty()) {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
            }
            response.write(true, ByteBuffer.wrap(bytes), callback);
        }
    }
}
