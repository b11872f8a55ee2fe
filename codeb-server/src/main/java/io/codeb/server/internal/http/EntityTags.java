package io.codeb.server.internal.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Names of answers, so that who has one already need not get it again (RFC 9110, section 8.8.3). */
final class EntityTags {
    private static final int BYTES = 15;

    private EntityTags() {}

    /** Names exactly these bytes. */
    static String of(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return "\"" + Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest, BYTES)) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JVM has SHA-256", e);
        }
    }

    /** Whether who asks has it. A name that a proxy has made a weak one is the same here. */
    static boolean named(Request request, String tag) {
        return request.getHeaders().getValuesList(HttpHeader.IF_NONE_MATCH).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .anyMatch(each -> each.equals(tag) || each.equals("W/" + tag));
    }
}
