package io.codeb.tck.fault;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.storage.ObjectKey;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thing that goes wrong in a {@link FaultyStorage}. Immutable; each {@code at…}, {@code of…} and {@code throwing}
 * answers a changed copy.
 *
 * <p>Without further words it strikes once, at the first call, whatever the key, with {@code STORAGE_FAILED}.
 */
public final class StorageFault {
    enum Kind {
        BEFORE,
        AFTER,
        BLOCK,
        WRITE_AT,
        CUT_AT,
        FLIP_AT
    }

    final Kind kind;
    final @Nullable StorageCall call;
    final long offset;
    final int bit;
    final @Nullable Blockade blockade;
    final @Nullable Predicate<ObjectKey> keys;
    final int first;
    final int last;
    private final Supplier<RuntimeException> failure;

    private StorageFault(
            Kind kind,
            @Nullable StorageCall call,
            long offset,
            int bit,
            @Nullable Blockade blockade,
            @Nullable Predicate<ObjectKey> keys,
            int first,
            int last,
            Supplier<RuntimeException> failure) {
        this.kind = kind;
        this.call = call;
        this.offset = offset;
        this.bit = bit;
        this.blockade = blockade;
        this.keys = keys;
        this.first = first;
        this.last = last;
        this.failure = failure;
    }

    private static StorageFault of(
            Kind kind, @Nullable StorageCall call, long offset, int bit, @Nullable Blockade blockade) {
        return new StorageFault(
                kind,
                call,
                offset,
                bit,
                blockade,
                null,
                1,
                1,
                () -> new StorageException(ErrorCode.STORAGE_FAILED, "a fault on purpose", "it is a test"));
    }

    /**
     * A call of whatever kind fails before it takes effect.
     *
     * @return the fault
     */
    public static StorageFault failAny() {
        return of(Kind.BEFORE, null, 0, 0, null);
    }

    /**
     * A call fails before it takes effect.
     *
     * @param call which
     * @return the fault
     */
    public static StorageFault fail(StorageCall call) {
        return of(Kind.BEFORE, call, 0, 0, null);
    }

    /**
     * A call takes effect, but its answer is lost.
     *
     * @param call which
     * @return the fault
     */
    public static StorageFault failAfter(StorageCall call) {
        return of(Kind.AFTER, call, 0, 0, null);
    }

    /**
     * A call waits.
     *
     * @param call which
     * @param until for whom
     * @return the fault
     */
    public static StorageFault block(StorageCall call, Blockade until) {
        return of(Kind.BLOCK, call, 0, 0, until);
    }

    /**
     * An upload takes so many bytes and then fails. {@link #atCall(int)} counts uploads.
     *
     * @param bytes how many are taken
     * @return the fault
     */
    public static StorageFault failWriteAt(long bytes) {
        return of(Kind.WRITE_AT, StorageCall.BEGIN, bytes, 0, null);
    }

    /**
     * A read answers the end too early, as a storage does that has lost the tail of an object and does not know it.
     * {@link #atCall(int)} counts openings.
     *
     * @param offset where in the object
     * @return the fault
     */
    public static StorageFault cutReadAt(long offset) {
        return of(Kind.CUT_AT, StorageCall.OPEN, offset, 0, null);
    }

    /**
     * A read answers a bit that was not written. {@link #atCall(int)} counts openings.
     *
     * @param offset which byte of the object
     * @param bit which of its bits, 0 to 7
     * @return the fault
     */
    public static StorageFault flipReadAt(long offset, int bit) {
        return of(Kind.FLIP_AT, StorageCall.OPEN, offset, bit, null);
    }

    /**
     * Strikes at a later call.
     *
     * @param number 1 for the first that matches
     * @return a changed copy
     */
    public StorageFault atCall(int number) {
        return new StorageFault(kind, call, offset, bit, blockade, keys, number, number, failure);
    }

    /**
     * Strikes at every call that matches.
     *
     * @return a changed copy
     */
    public StorageFault always() {
        return new StorageFault(kind, call, offset, bit, blockade, keys, 1, Integer.MAX_VALUE, failure);
    }

    /**
     * Strikes at some keys only, and so never at a call that has none.
     *
     * @param which tells which
     * @return a changed copy
     */
    public StorageFault ofKeys(Predicate<ObjectKey> which) {
        return new StorageFault(kind, call, offset, bit, blockade, which, first, last, failure);
    }

    /**
     * Strikes at keys with one last segment only.
     *
     * @param name for example {@code manifest.json}
     * @return a changed copy
     */
    public StorageFault ofName(String name) {
        return ofKeys(key -> key.name().equals(name));
    }

    /**
     * Throws something else.
     *
     * @param what made anew at each strike
     * @return a changed copy
     */
    public StorageFault throwing(Supplier<RuntimeException> what) {
        return new StorageFault(kind, call, offset, bit, blockade, keys, first, last, what);
    }

    /**
     * Throws a storage's error of another code.
     *
     * @param code for example {@code STORAGE_FULL}
     * @return a changed copy
     */
    public StorageFault throwing(ErrorCode code) {
        return throwing(() -> new StorageException(code, "a fault on purpose", "it is a test"));
    }

    boolean matches(StorageCall made, @Nullable ObjectKey key) {
        return (call == null || call == made) && (keys == null || (key != null && keys.test(key)));
    }

    RuntimeException failure() {
        return failure.get();
    }
}
