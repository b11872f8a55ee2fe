package io.codeb.internal.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads JSON and remembers where everything was. What is no JSON ends it; names that are there twice do not. */
final class LocatedJson {
    private static final int DEEPEST = 16;
    private static final int MOST_DIGITS = 18;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1_000)
                    .maxNumberLength(1_000)
                    .build())
            .build();

    private final JsonParser parser;
    private final Problems problems;

    private LocatedJson(JsonParser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** The one value of a text; empty where it is no JSON, which is a problem then. */
    static Optional<Node> read(String text, Problems problems) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return new LocatedJson(parser, problems).document();
        } catch (IOException e) {
            throw new IllegalStateException("a text can always be read", e);
        }
    }

    private Optional<Node> document() throws IOException {
        try {
            if (parser.nextToken() == null) {
                problems.add("$", 0, 0, "there is nothing in it; the least is {}");
                return Optional.empty();
            }
            Node root = value("$", parser.currentTokenLocation(), 1);
            if (parser.nextToken() != null) {
                JsonLocation location = parser.currentTokenLocation();
                problems.add("$", location.getLineNr(), location.getColumnNr(), "something stands behind the end");
                return Optional.empty();
            }
            return Optional.of(root);
        } catch (TooDeep e) {
            problems.add(e.path, e.line, e.column, "what is in it is deeper than " + DEEPEST + " levels");
        } catch (JsonEOFException e) {
            told(e, "the file ends in the middle of it");
        } catch (JsonProcessingException e) {
            told(e, reason(e));
        }
        return Optional.empty();
    }

    private void told(JsonProcessingException e, String reason) {
        JsonLocation location = e.getLocation();
        problems.add(
                "$",
                location == null ? 0 : location.getLineNr(),
                location == null ? 0 : location.getColumnNr(),
                "this is no JSON: " + reason);
    }

    /** Jackson's words where they quote one character at the most: what is more could be a secret. */
    private static String reason(JsonProcessingException e) {
        String words = e.getOriginalMessage();
        return words.startsWith("Unexpected character")
                ? words.replaceAll("\\s+", " ")
                : "here is something that is no value";
    }

    private Node value(String path, JsonLocation at, int depth) throws IOException {
        int line = at.getLineNr();
        int column = at.getColumnNr();
        JsonToken token = parser.currentToken();
        if (token.isStructStart() && depth > DEEPEST) {
            throw new TooDeep(path, line, column);
        }
        Object value =
                switch (token) {
                    case START_OBJECT -> object(path, depth);
                    case START_ARRAY -> list(path, depth);
                    case VALUE_STRING -> parser.getText();
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
                    case VALUE_TRUE -> true;
                    case VALUE_FALSE -> false;
                    default -> null;
                };
        return new Node(path, line, column, value);
    }

    /** A number that is longer than any here can be says no more than that it is too large. */
    private BigDecimal number() throws IOException {
        String text = parser.getText();
        return text.length() > MOST_DIGITS ? new BigDecimal(Long.MAX_VALUE) : new BigDecimal(text);
    }

    private Map<String, Node> object(String path, int depth) throws IOException {
        Map<String, Node> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonLocation at = parser.currentTokenLocation();
            parser.nextToken();
            Node node = value(Node.path(path, name), at, depth + 1);
            Node first = fields.putIfAbsent(name, node);
            if (first != null) {
                problems.add(node, "is there twice, the first time in line " + first.line());
            }
        }
        return fields;
    }

    private List<Node> list(String path, int depth) throws IOException {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(path + "[" + items.size() + "]", parser.currentTokenLocation(), depth + 1));
        }
        return items;
    }

    private static final class TooDeep extends IOException {
        private static final long serialVersionUID = 1L;

        private final String path;
        private final int line;
        private final int column;

        TooDeep(String path, int line, int column) {
            super("too deep");
            this.path = path;
            this.line = line;
            this.column = column;
        }
    }
}
