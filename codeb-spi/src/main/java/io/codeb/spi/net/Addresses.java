package io.codeb.spi.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/** Tells addresses that anybody reaches from those of somebody's own network. */
public final class Addresses {
    /** Of IPv4, as network and length: what is reserved, shared, for tests or for one network (IANA's registry). */
    private static final int[][] NOT_PUBLIC = {
        {0, 0, 0, 0, 8},
        {10, 0, 0, 0, 8},
        {100, 64, 0, 0, 10},
        {127, 0, 0, 0, 8},
        {169, 254, 0, 0, 16},
        {172, 16, 0, 0, 12},
        {192, 0, 0, 0, 24},
        {192, 0, 2, 0, 24},
        {192, 88, 99, 0, 24},
        {192, 168, 0, 0, 16},
        {198, 18, 0, 0, 15},
        {198, 51, 100, 0, 24},
        {203, 0, 113, 0, 24},
        {224, 0, 0, 0, 3},
    };

    private Addresses() {}

    /**
     * Whether an address is one of the public Internet.
     *
     * @param address any
     * @return false for loopback, private, local, shared, reserved and multicast ones, also where they are within one
     *     of IPv6
     */
    public static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic(bytes, 0) : isPublicIpv6(bytes);
    }

    private static boolean isPublic(byte[] bytes, int at) {
        int word = word(bytes, at);
        return Arrays.stream(NOT_PUBLIC).noneMatch(each -> {
            int network = (each[0] << 24) | (each[1] << 16) | (each[2] << 8) | each[3];
            return (word & (-1 << (32 - each[4]))) == network;
        });
    }

    private static int word(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 24)
                | ((bytes[at + 1] & 0xff) << 16)
                | ((bytes[at + 2] & 0xff) << 8)
                | (bytes[at + 3] & 0xff);
    }

    /** Only 2000::/3 is given out; within it 6to4 holds addresses of IPv4, the others are nobody's. */
    private static boolean isPublicIpv6(byte[] bytes) {
        int first = word(bytes, 0);
        if (first == 0x0064_ff9b && word(bytes, 4) == 0 && word(bytes, 8) == 0) {
            return isPublic(bytes, 12);
        }
        if (first >>> 16 == 0x2002) {
            return isPublic(bytes, 2);
        }
        boolean special = first == 0x2001_0db8 || first >>> 9 == 0x2001_0000 >>> 9;
        return first >>> 29 == 1 && !special;
    }
}
