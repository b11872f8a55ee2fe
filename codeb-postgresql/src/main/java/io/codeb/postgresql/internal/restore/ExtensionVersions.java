package io.codeb.postgresql.internal.restore;

import io.codeb.error.Finding;
import io.codeb.postgresql.internal.catalog.Extension;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Compares the versions of extensions that a dump was made with and those that a server would make. */
final class ExtensionVersions {
    private ExtensionVersions() {}

    /**
     * Compares.
     *
     * @param needed as they were where the dump was made
     * @param made the version that the server makes when none is named, by the extension's name
     * @return one finding for each that is another one
     */
    static List<Finding> findings(List<Extension> needed, Map<String, String> made) {
        List<Finding> findings = new ArrayList<>();
        for (Extension extension : needed) {
            Optional.ofNullable(made.get(extension.name()))
                    .filter(version -> !version.equals(extension.version()))
                    .ifPresent(version -> findings.add(finding(extension, version)));
        }
        return findings;
    }

    private static Finding finding(Extension needed, String made) {
        OptionalInt order = compare(made, needed.version());
        String what =
                "extension " + needed.name() + " was of version " + needed.version() + ", and the server makes " + made;
        if (order.isPresent() && order.getAsInt() >= 0) {
            return new Finding(
                    "extension-version", Finding.Severity.INFO, made, needed.version(), what + ", which is newer", "");
        }
        boolean older = order.isPresent();
        return new Finding(
                "extension-version",
                older ? Finding.Severity.ERROR : Finding.Severity.WARNING,
                made,
                needed.version(),
                what + (older ? ", which is older" : "; nobody can tell which is newer"),
                "install version " + needed.version() + " of " + needed.name()
                        + " or a newer one where the server is; lower(\"extension-version\", …) restores all the same");
    }

    /** Numbers are compared as numbers; of what has words in it nobody knows the order. */
    static OptionalInt compare(String first, String second) {
        String[] a = first.split("[.-]", -1);
        String[] b = second.split("[.-]", -1);
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            String left = i < a.length ? a[i] : "0";
            String right = i < b.length ? b[i] : "0";
            if (left.equals(right)) {
                continue;
            }
            if (!left.matches("[0-9]{1,20}") || !right.matches("[0-9]{1,20}")) {
                return OptionalInt.empty();
            }
            int order = new BigInteger(left).compareTo(new BigInteger(right));
            if (order != 0) {
                return OptionalInt.of(order);
            }
        }
        return OptionalInt.of(0);
    }
}
