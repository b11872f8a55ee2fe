package io.codeb.server.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** In which language problems are told. What has no text in it is told in English. */
enum Language {
    ENGLISH("en"),
    KOREAN("ko");

    /** A title for each code, which the dashboard reads, too, is there in Korean alone: in English the code is one. */
    private static final Map<Language, Map<String, String>> TEXTS = Map.of(
            ENGLISH, read("messages.properties"), KOREAN, read("messages_ko.properties", "titles_ko.properties"));

    private final String tag;

    Language(String tag) {
        this.tag = tag;
    }

    private static Map<String, String> read(String... resources) {
        Map<String, String> texts = new HashMap<>();
        for (String resource : resources) {
            Properties properties = new Properties();
            try (InputStream in = Objects.requireNonNull(Language.class.getResourceAsStream(resource), resource);
                    Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            properties.stringPropertyNames().forEach(key -> texts.put(key, properties.getProperty(key)));
        }
        return Map.copyOf(texts);
    }

    private Map<String, String> texts() {
        return Objects.requireNonNull(TEXTS.get(this), tag);
    }

    /**
     * What whoever asks prefers of what there is; English where he prefers none of it.
     *
     * @param headers of the request
     */
    static Language of(HttpFields headers) {
        List<String> ranges;
        try {
            ranges = headers.getQualityCSV(HttpHeader.ACCEPT_LANGUAGE);
        } catch (RuntimeException e) {
            // A header that is none, for which Jetty has several exceptions: a problem is being told, this is no other.
            return ENGLISH;
        }
        return ranges.stream()
                .map(range -> range.split("[-;]", 2)[0].strip().toLowerCase(Locale.ROOT))
                .flatMap(wanted -> Stream.of(values()).filter(each -> each.tag.equals(wanted)))
                .findFirst()
                .orElse(ENGLISH);
    }

    /** As headers name it. */
    String tag() {
        return tag;
    }

    /** Of which there are texts. */
    Set<String> keys() {
        return texts().keySet();
    }

    /**
     * A text that this language has.
     *
     * @param key of the text
     * @param with what belongs into it
     * @return empty where it has none
     */
    Optional<String> find(String key, Object... with) {
        Object[] words = Stream.of(with).map(String::valueOf).toArray();
        return Optional.ofNullable(texts().get(key)).map(text -> new MessageFormat(text, Locale.ROOT).format(words));
    }

    /**
     * A text that there is at least in English.
     *
     * @param key of the text
     * @param with what belongs into it
     * @throws IllegalArgumentException when there is none
     */
    String say(String key, Object... with) {
        return find(key, with)
                .or(() -> ENGLISH.find(key, with))
                .orElseThrow(() -> new IllegalArgumentException("there is no text " + key));
    }
}
