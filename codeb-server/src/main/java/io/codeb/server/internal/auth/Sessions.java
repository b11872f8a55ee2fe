package io.codeb.server.internal.auth;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who has logged in with a token, by what his browser sends instead of it. In memory: a server that starts anew knows
 * nobody. Thread-safe; of too many, those that were used longest ago are forgotten.
 */
public final class Sessions {
    /** For how long nobody has to ask until a session is over. */
    public static final Duration IDLE = Duration.ofHours(8);

    private static final Duration LONGEST = Duration.ofDays(7);
    private static final int MOST = 1_000;
    private static final int ID_BYTES = 32;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** By the digest of what browsers send: what takes longer to compare tells nothing of it. */
    private final Map<String, Session> all = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
            return size() > MOST;
        }
    };

    private record Session(String token, Instant begun, Instant used) {}

    /**
     * Makes it; nobody has logged in.
     *
     * @param clock tells the time
     */
    public Sessions(Clock clock) {
        this.clock = clock;
    }

    /**
     * Somebody has logged in.
     *
     * @param token the id of his token
     * @return what his browser sends from now on
     */
    public synchronized String begin(String token) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        String shown = HexFormat.of().formatHex(id);
        Instant now = clock.instant();
        all.put(TokenStore.digest(shown), new Session(token, now, now));
        return shown;
    }

    /**
     * Tells whose session it is.
     *
     * @param shown what a browser has sent
     * @return the id of his token; empty where it is over, or never was
     */
    public synchronized Optional<String> find(String shown) {
        String id = TokenStore.digest(shown);
        Session session = all.get(id);
        if (session == null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        if (!now.isBefore(session.used().plus(IDLE))
                || !now.isBefore(session.begun().plus(LONGEST))) {
            all.remove(id);
            return Optional.empty();
        }
        all.put(id, new Session(session.token(), session.begun(), now));
        return Optional.of(session.token());
    }

    /**
     * Somebody has logged out.
     *
     * @param shown what his browser has sent
     */
    public synchronized void end(String shown) {
        all.remove(TokenStore.digest(shown));
    }
}
