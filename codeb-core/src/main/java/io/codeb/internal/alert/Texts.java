package io.codeb.internal.alert;

import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertKind;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says alerts in words. What comes from elsewhere cannot break out of its line, nor be longer than is read. */
final class Texts {
    private static final String BUNDLE = "io.codeb.internal.alert.messages";
    private static final Pattern NAME = Pattern.compile("\\{([a-z-]+)\\}");
    private static final int MAX_FACT = 1_000;

    private final ResourceBundle bundle;

    Texts(Locale locale) {
        // Where a language is missing Java would take that of the machine before it takes English.
        boolean korean = locale.getLanguage().equals(Locale.KOREAN.getLanguage());
        this.bundle = ResourceBundle.getBundle(BUNDLE, korean ? Locale.KOREAN : Locale.ROOT);
    }

    Alert alert(Topic topic, Alert.State state, Instant at, Map<String, String> facts) {
        Map<String, String> plain = new TreeMap<>();
        facts.forEach((name, value) -> plain.put(name, plain(value)));
        Map<String, String> known = new TreeMap<>(plain);
        known.put("project", topic.project());
        known.put("subject", topic.subject());
        String key = topic.kind().name();
        String title = filled(key + (state == Alert.State.OVER ? ".over" : ".title"), known);
        return new Alert(
                UUID.randomUUID().toString(),
                topic.kind(),
                state,
                topic.project(),
                topic.subject(),
                at,
                plain,
                state == Alert.State.LASTING ? filled("lasting", Map.of("title", title)) : title,
                state == Alert.State.OVER || isBare(topic.kind()) ? "" : filled(key + ".text", known));
    }

    private static boolean isBare(AlertKind kind) {
        return kind == AlertKind.BACKUP_MADE;
    }

    /** The same alert, which says that others were held back. */
    Alert after(Alert alert, long heldBack) {
        String note = filled("held-back", Map.of("count", Long.toString(heldBack)));
        return new Alert(
                alert.id(),
                alert.kind(),
                alert.state(),
                alert.project(),
                alert.subject(),
                alert.at(),
                alert.facts(),
                alert.title(),
                alert.text().isEmpty() ? note : alert.text() + "\n" + note);
    }

    private String filled(String key, Map<String, String> facts) {
        Matcher names = NAME.matcher(bundle.getString(key));
        StringBuilder text = new StringBuilder();
        while (names.find()) {
            names.appendReplacement(text, Matcher.quoteReplacement(facts.getOrDefault(names.group(1), "")));
        }
        return names.appendTail(text).toString().strip();
    }

    private static String plain(String value) {
        String line = value.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > MAX_FACT ? line.substring(0, MAX_FACT) + "…" : line;
    }
}
