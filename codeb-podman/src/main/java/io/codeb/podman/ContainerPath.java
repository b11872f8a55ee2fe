package io.codeb.podman;

/**
 * A file's absolute path in a container, cut the way the archive calls want it.
 *
 * @param directory where the file is
 * @param name its name there
 */
record ContainerPath(String directory, String name) {
    static ContainerPath of(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not an absolute path: " + Text.shown(path));
        }
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("the path of a directory, not of a file: " + Text.shown(path));
        }
        return new ContainerPath(slash == 0 ? "/" : path.substring(0, slash), name);
    }

    String text() {
        return directory.equals("/") ? "/" + name : directory + "/" + name;
    }
}
