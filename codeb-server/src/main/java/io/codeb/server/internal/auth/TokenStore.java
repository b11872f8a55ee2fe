package io.codeb.server.internal.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.codeb.error.ConfigException;
import io.codeb.server.ApiToken;
import io.codeb.server.CreatedToken;
import io.codeb.server.Role;
import io.codeb.server.TokenRequest;
import io.codeb.server.internal.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Tokens in files: their hashes in one, and when they were used in another, which may be lost. Thread-safe. */
public final class TokenStore {
    private static final String TOKENS = "tokens.json";
    private static final String USES = "token-uses.json";
    private static final String PREFIX = "codeb_";
    private static final int MOST = 1_000;
    private static final int LONGEST = 200;
    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 32;
    private static final Duration NOTED_EVERY = Duration.ofMinutes(1);

    private final StateDirectory directory;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Instant> uses = new ConcurrentHashMap<>();
    private volatile @Nullable Known last;

    /** A token, as its file has it. */
    record Stored(
            String id,
            String name,
            String sha256,
            Map<String, Set<Role>> roles,
            Instant createdAt,
            @Nullable Instant expiresAt) {
        ApiToken known(@Nullable Instant used) {
            return new ApiToken(id, name, roles, createdAt, Optional.ofNullable(expiresAt), Optional.ofNullable(used));
        }
    }

    /** The file. */
    record Tokens(List<Stored> tokens) {}

    /** What was read, and of which file. */
    private record Known(Optional<String> version, List<Stored> tokens) {}

    /** The other one. */
    record Uses(Map<String, Instant> lastUsedAt) {}

    /**
     * Opens them.
     *
     * @param state where they are
     * @param clock tells the time
     */
    public TokenStore(Path state, Clock clock) {
        this(new StateDirectory(state), clock);
    }

    /**
     * Opens them.
     *
     * @param directory where they are
     * @param clock tells the time
     */
    public TokenStore(StateDirectory directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Makes one.
     *
     * @param request which
     * @return with its secret
     */
    public CreatedToken create(TokenRequest request) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        byte[] name = new byte[ID_BYTES];
        random.nextBytes(name);
        String id = HexFormat.of().formatHex(name);
        String shown =
                PREFIX + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Instant now = clock.instant();
        Stored stored = new Stored(
                id,
                request.name(),
                HexFormat.of().formatHex(sha256(shown)),
                request.roles(),
                now,
                request.life().map(now::plus).orElse(null));
        directory.exclusively(() -> {
            List<Stored> all = new ArrayList<>(stored());
            if (all.size() >= MOST) {
                throw new ConfigException("there are " + MOST + " tokens already", "revoke those that nobody uses");
            }
            all.add(stored);
            write(all);
            return true;
        });
        return new CreatedToken(stored.known(null), shown);
    }

    /**
     * Lists them.
     *
     * @return in the order of their making
     */
    public List<ApiToken> list() {
        Map<String, Instant> used = used();
        return stored().stream().map(each -> each.known(used.get(each.id()))).toList();
    }

    /**
     * Takes one away.
     *
     * @param id which
     * @return whether it was there
     */
    public boolean revoke(String id) {
        return directory.exclusively(() -> {
            List<Stored> all = new ArrayList<>(stored());
            boolean there = all.removeIf(each -> each.id().equals(id));
            if (there) {
                write(all);
            }
            return there;
        });
    }

    /**
     * Tells whose secret it is. Takes as long for a wrong one as for a right one.
     *
     * @param secret as somebody has shown it
     * @return empty where it is nobody's, or the token has expired
     */
    public Optional<ApiToken> authenticate(String secret) {
        byte[] shown = sha256(secret.length() > LONGEST ? "" : secret);
        Stored found = null;
        for (Stored each : stored()) {
            if (MessageDigest.isEqual(shown, HexFormat.of().parseHex(each.sha256()))) {
                found = each;
            }
        }
        Instant now = clock.instant();
        return Optional.ofNullable(found)
                .map(each -> each.known(null))
                .filter(token -> token.isValidAt(now))
                .map(token -> used(token, now));
    }

    /**
     * Finds one by its id, for who was authenticated before.
     *
     * @param id which
     * @return empty where it was revoked, or has expired
     */
    public Optional<ApiToken> find(String id) {
        Instant now = clock.instant();
        return stored().stream()
                .filter(each -> each.id().equals(id))
                .map(each -> each.known(null))
                .filter(token -> token.isValidAt(now))
                .findFirst();
    }

    private ApiToken used(ApiToken token, Instant now) {
        Instant before = uses.get(token.id());
        if (before == null || Duration.between(before, now).compareTo(NOTED_EVERY) >= 0) {
            uses.put(token.id(), now);
            directory.exclusively(() -> {
                Map<String, Instant> all = new HashMap<>(used());
                all.put(token.id(), now);
                all.keySet().retainAll(stored().stream().map(Stored::id).toList());
                directory.write(USES, Json.bytes(new Uses(all)));
                return true;
            });
        }
        return token;
    }

    /** Whoever changes the file puts another one in its place. */
    private List<Stored> stored() {
        Optional<String> version = directory.version(TOKENS);
        Known known = last;
        if (known == null || !known.version().equals(version)) {
            known = new Known(
                    version, read(TOKENS, Tokens.class, new Tokens(List.of())).tokens());
            last = known;
        }
        return known.tokens();
    }

    private Map<String, Instant> used() {
        return read(USES, Uses.class, new Uses(Map.of())).lastUsedAt();
    }

    private <T> T read(String name, Class<T> type, T nothing) {
        byte[] content = directory.read(name);
        if (content.length == 0) {
            return nothing;
        }
        try {
            return Json.read(content, type);
        } catch (JsonProcessingException e) {
            throw new ConfigException(
                    directory.file(name) + " is not what was written there", "bring it back, or make tokens anew");
        } catch (IOException e) {
            throw new IllegalStateException("bytes are always read", e);
        }
    }

    private void write(List<Stored> all) {
        directory.write(TOKENS, Json.bytes(new Tokens(all)));
    }

    static String digest(String secret) {
        return HexFormat.of().formatHex(sha256(secret));
    }

    private static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JVM has SHA-256", e);
        }
    }
}
