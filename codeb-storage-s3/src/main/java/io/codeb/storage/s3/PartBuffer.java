package io.codeb.storage.s3;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/**
 * The bytes of one part, in memory, so that it can be sent again. Filled by one thread, then read by another; grows as
 * it is filled.
 */
final class PartBuffer {
    /** Less than half of G1's smallest regions: a larger array gets regions of its own, up to twice its size. */
    private static final int CHUNK = 256 << 10;

    private static final int FIRST_CHUNK = 16 << 10;

    private final long capacity;
    private final Deque<byte[]> spare;
    private final List<byte[]> chunks = new ArrayList<>();
    private long length;
    private int lastLength;

    /** Takes its memory from the spare chunks, and gives it back there in {@link #release}. */
    PartBuffer(long capacity, Deque<byte[]> spare) {
        this.capacity = capacity;
        this.spare = spare;
    }

    /** Takes what fits, and answers how many bytes that are. */
    long fill(ByteBuffer src) {
        long before = length;
        while (src.hasRemaining() && length < capacity) {
            if (chunks.isEmpty() || lastLength == last().length) {
                chunks.add(nextChunk());
                lastLength = 0;
            }
            int count = (int) Math.min(Math.min(src.remaining(), last().length - lastLength), capacity - length);
            src.get(last(), lastLength, count);
            lastLength += count;
            length += count;
        }
        return length - before;
    }

    /** The first one is small: most objects are a few kilobytes. */
    private byte[] nextChunk() {
        if (chunks.isEmpty()) {
            return new byte[FIRST_CHUNK];
        }
        synchronized (spare) {
            byte[] chunk = spare.poll();
            return chunk == null ? new byte[CHUNK] : chunk;
        }
    }

    private byte[] last() {
        return chunks.get(chunks.size() - 1);
    }

    boolean isFull() {
        return length == capacity;
    }

    long length() {
        return length;
    }

    /** From the beginning, as often as it is asked for. */
    InputStream stream() {
        List<InputStream> streams = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            streams.add(new ByteArrayInputStream(chunks.get(i), 0, lengthOf(i)));
        }
        return new SequenceInputStream(Collections.enumeration(streams));
    }

    /** As the header Content-MD5 has it: the store refuses what arrives changed. */
    String md5() {
        return Base64.getEncoder().encodeToString(digest());
    }

    /** As the ETag of an object has it that is put whole. */
    String md5Hex() {
        return HexFormat.of().formatHex(digest());
    }

    private byte[] digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            for (int i = 0; i < chunks.size(); i++) {
                digest.update(chunks.get(i), 0, lengthOf(i));
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private int lengthOf(int chunk) {
        return chunk == chunks.size() - 1 ? lastLength : chunks.get(chunk).length;
    }

    /** The bytes are not needed any more. */
    void release() {
        synchronized (spare) {
            for (byte[] chunk : chunks) {
                if (chunk.length == CHUNK) {
                    spare.push(chunk);
                }
            }
        }
        chunks.clear();
    }
}
