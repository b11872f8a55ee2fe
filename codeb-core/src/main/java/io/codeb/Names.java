package io.codeb;

/** What can be no name on any server, and is refused before one is asked. What is too long, only the engine knows. */
final class Names {
    private Names() {}

    static String checked(String what, String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a " + what + "'s name is not empty and holds no NUL");
        }
        return name;
    }
}
