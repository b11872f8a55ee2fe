package io.codeb.server.internal.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked: all that is checked of a request, and all that is said of it in {@code /api/openapi.json}. Begin
 * with {@link #get} and the like; each word answers a changed copy.
 *
 * @param method of HTTP
 * @param template of the path; the project in it is {@code {name}}
 * @param access what it takes of who asks
 * @param summary for people, in one line
 * @param parameters beside those that are in the path anyway
 * @param body the record that is read of the body; null where there is none
 * @param type the media type of the body; empty where there is none
 * @param answers what is answered when all is well
 * @param handler does it
 */
public record Route(
        String method,
        String template,
        Access access,
        String summary,
        List<Parameter> parameters,
        @Nullable Class<?> body,
        String type,
        Answers answers,
        Handler handler) {
    /** The media type of bodies that are records. */
    public static final String JSON = "application/json";

    /** The media type of bodies that are dumps. */
    public static final String BYTES = "application/octet-stream";

    /**
     * What is answered when all is well.
     *
     * @param status of the answer
     * @param type its media type; empty where it has no body
     * @param body the record that it is; null where it is none
     */
    public record Answers(int status, String type, @Nullable Class<?> body) {}

    /** Does what a request asks for. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Does it.
         *
         * @param exchange the request
         * @return what is answered
         * @throws Exception what is answered as a problem
         */
        Answer handle(Exchange exchange) throws Exception;
    }

    /** Copies the list. */
    public Route {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(template, "template");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(summary, "summary");
        parameters = List.copyOf(parameters);
        Objects.requireNonNull(answers, "answers");
        Objects.requireNonNull(handler, "handler");
        if (access.role().isPresent() && !template.contains("{name}")) {
            throw new IllegalArgumentException(template + " has no project");
        }
    }

    private static Route of(String method, String template, Access access, String summary, Handler handler) {
        return new Route(method, template, access, summary, List.of(), null, "", new Answers(204, "", null), handler);
    }

    /**
     * What is read.
     *
     * @param template of the path
     * @param access what it takes
     * @param summary for people
     * @param handler does it
     * @return the route, which answers nothing yet
     */
    public static Route get(String template, Access access, String summary, Handler handler) {
        return of("GET", template, access, summary, handler);
    }

    /**
     * What is begun.
     *
     * @param template of the path
     * @param access what it takes
     * @param summary for people
     * @param handler does it
     * @return the route, which answers nothing yet
     */
    public static Route post(String template, Access access, String summary, Handler handler) {
        return of("POST", template, access, summary, handler);
    }

    /**
     * What is set.
     *
     * @param template of the path
     * @param access what it takes
     * @param summary for people
     * @param handler does it
     * @return the route, which answers nothing yet
     */
    public static Route put(String template, Access access, String summary, Handler handler) {
        return of("PUT", template, access, summary, handler);
    }

    /**
     * What is ended.
     *
     * @param template of the path
     * @param access what it takes
     * @param summary for people
     * @param handler does it
     * @return the route, which answers nothing yet
     */
    public static Route delete(String template, Access access, String summary, Handler handler) {
        return of("DELETE", template, access, summary, handler);
    }

    /**
     * Takes a parameter.
     *
     * @param parameter which
     * @return a changed copy
     */
    public Route with(Parameter parameter) {
        List<Parameter> all = new ArrayList<>(parameters);
        all.add(parameter);
        return new Route(method, template, access, summary, all, body, type, answers, handler);
    }

    /**
     * Reads a record of the body.
     *
     * @param record its class
     * @return a changed copy
     */
    public Route reading(Class<?> record) {
        return new Route(method, template, access, summary, parameters, record, JSON, answers, handler);
    }

    /**
     * Reads the body as it comes.
     *
     * @return a changed copy
     */
    public Route readingBytes() {
        return new Route(method, template, access, summary, parameters, null, BYTES, answers, handler);
    }

    /**
     * Answers a record.
     *
     * @param status of the answer
     * @param record its class
     * @return a changed copy
     */
    public Route answering(int status, Class<?> record) {
        return new Route(
                method, template, access, summary, parameters, body, type, new Answers(status, JSON, record), handler);
    }

    /**
     * Answers something else.
     *
     * @param media its type
     * @return a changed copy
     */
    public Route answering(String media) {
        return new Route(
                method, template, access, summary, parameters, body, type, new Answers(200, media, null), handler);
    }

    /**
     * The record that is read of the body.
     *
     * @return empty where there is none
     */
    public Optional<Class<?>> bodyRecord() {
        return Optional.ofNullable(body);
    }

    boolean isChanging() {
        return !method.equals("GET");
    }
}
