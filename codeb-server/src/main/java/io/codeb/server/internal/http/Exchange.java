package io.codeb.server.internal.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.codeb.server.Role;
import io.codeb.server.internal.auth.Caller;
import io.codeb.server.internal.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** A request to a route, as its handler sees it: what the route names and nothing else. For one thread. */
public final class Exchange {
    /** Bytes of a body that is a record. */
    static final int RECORD_LIMIT = 64 << 10;

    private final Route route;
    private final Request request;
    private final Map<String, String> path;
    private final Fields query;
    private @Nullable Caller caller;
    private @Nullable String operation;

    Exchange(Route route, Request request, Map<String, String> path, @Nullable Caller caller) {
        this.route = route;
        this.request = request;
        this.path = path;
        this.query = query(request);
        this.caller = caller;
        Set<String> known = new HashSet<>();
        route.parameters().stream()
                .filter(parameter -> parameter.place() == Parameter.Place.QUERY)
                .forEach(parameter -> known.add(parameter.name()));
        for (Fields.Field field : query) {
            if (!known.contains(field.getName())) {
                throw Refusal.REQUEST_INVALID.because(
                        "parameter-unknown", known.stream().sorted().toList());
            }
            if (field.hasMultipleValues()) {
                throw Refusal.REQUEST_INVALID.because("parameter-twice", field.getName());
            }
        }
    }

    private static Fields query(Request request) {
        try {
            return Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            throw Refusal.REQUEST_INVALID.because("query-encoding");
        }
    }

    /**
     * Who asks.
     *
     * @return never missing where the route takes a token
     */
    public Caller caller() {
        return Objects.requireNonNull(caller, "the route takes no token");
    }

    void calledBy(Caller known) {
        caller = known;
    }

    Request request() {
        return request;
    }

    /**
     * A part of the path.
     *
     * @param name as the template has it
     * @return the text there
     */
    public String path(String name) {
        return Objects.requireNonNull(path.get(name), name);
    }

    /**
     * The project in the path.
     *
     * @return its name
     */
    public String project() {
        return path("name");
    }

    /**
     * What was asked, without what is behind the path.
     *
     * @return the method and the path
     */
    public String line() {
        return request.getMethod() + " " + Request.getPathInContext(request);
    }

    /**
     * What is behind the path.
     *
     * @return as it came; empty where there is nothing
     */
    public String queryText() {
        return Objects.requireNonNullElse(request.getHttpURI().getQuery(), "");
    }

    private Parameter parameter(String name, Parameter.Place place) {
        return route.parameters().stream()
                .filter(each -> each.name().equals(name) && each.place() == place)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(route.template() + " does not name " + name));
    }

    /**
     * A parameter behind the path.
     *
     * @param name which, of those of the route
     * @return empty where it was not given
     */
    public Optional<String> query(String name) {
        Parameter parameter = parameter(name, Parameter.Place.QUERY);
        Optional<String> value = Optional.ofNullable(query.getValue(name)).filter(text -> !text.isEmpty());
        value.ifPresent(text -> {
            if (!parameter.values().isEmpty() && !parameter.values().contains(text)) {
                throw Refusal.REQUEST_INVALID.because("parameter-value", name, parameter.values());
            }
        });
        return value;
    }

    /**
     * A parameter that is true or false.
     *
     * @param name which, of those of the route
     * @return false where it was not given
     */
    public boolean flag(String name) {
        String text = query(name).orElse("false").toLowerCase(Locale.ROOT);
        if (!List.of("true", "false").contains(text)) {
            throw Refusal.REQUEST_INVALID.because("parameter-flag", name);
        }
        return text.equals("true");
    }

    /**
     * A parameter that is a number.
     *
     * @param name which, of those of the route
     * @param otherwise where it was not given
     * @param least what it is at least
     * @param most what it is at the most
     * @return the number
     */
    public int number(String name, int otherwise, int least, int most) {
        Optional<String> text = query(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw Refusal.REQUEST_INVALID.because("parameter-number", name, least, most);
    }

    /**
     * A header.
     *
     * @param name which, of those of the route
     * @return empty where it was not given
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(
                request.getHeaders().get(parameter(name, Parameter.Place.HEADER).name()));
    }

    /**
     * Reads the body of a route that names a record.
     *
     * @param <T> the record
     * @param type its class, that of the route
     * @return what was sent; where nothing was, what an empty object says
     * @throws IOException when it does not come
     */
    public <T> T body(Class<T> type) throws IOException {
        byte[] content = bytes();
        try {
            T read = Json.read(content.length == 0 ? new byte[] {'{', '}'} : content, type);
            requireWhole(read);
            return read;
        } catch (JsonProcessingException e) {
            throw Refusal.REQUEST_INVALID.because("body-json", e.getOriginalMessage());
        }
    }

    /**
     * The body as it came.
     *
     * @return at most 64 KiB
     * @throws IOException when it does not come
     */
    private byte[] bytes() throws IOException {
        byte[] content = stream().readNBytes(RECORD_LIMIT + 1);
        if (content.length > RECORD_LIMIT) {
            throw Refusal.BODY_TOO_LARGE.because("body-long", RECORD_LIMIT);
        }
        if (content.length > 0 && !isOf(Route.JSON)) {
            throw Refusal.TYPE_UNSUPPORTED.because("body-type", Route.JSON);
        }
        return content;
    }

    private boolean isOf(String type) {
        String given = Objects.requireNonNullElse(request.getHeaders().get(HttpHeader.CONTENT_TYPE), "");
        return given.split(";", 2)[0].strip().equalsIgnoreCase(type);
    }

    private static void requireWhole(Object read) {
        for (RecordComponent component : read.getClass().getRecordComponents()) {
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            try {
                Method accessor = component.getAccessor();
                accessor.setAccessible(true);
                if (!nullable && accessor.invoke(read) == null) {
                    throw Refusal.REQUEST_INVALID.because("body-missing", component.getName());
                }
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException(component.getName() + " cannot be looked at", e);
            }
        }
    }

    /**
     * The body of a route that reads it as it comes. Where it is cut, reading it throws.
     *
     * @return the bytes
     */
    public InputStream stream() {
        return Content.Source.asInputStream(request);
    }

    /**
     * How long the body is.
     *
     * @return -1 where nobody has said so
     */
    public long length() {
        return request.getLength();
    }

    /**
     * Refuses those who may not do something with a project.
     *
     * @param role what it takes
     * @param project whose database
     */
    public void require(Role role, String project) {
        if (!caller().may(role, project)) {
            throw Dispatcher.forbidden(role, project);
        }
    }

    /**
     * Tells the log of what was done which operation was begun.
     *
     * @param id its id
     */
    public void began(String id) {
        operation = id;
    }

    Optional<Caller> knownCaller() {
        return Optional.ofNullable(caller);
    }

    @Nullable
    String operation() {
        return operation;
    }
}
