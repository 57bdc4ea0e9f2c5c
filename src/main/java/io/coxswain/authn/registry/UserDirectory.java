package io.coxswain.authn.registry;

import java.util.List;
import java.util.Optional;

/** Users with passwords and groups. Calls may block as long as a directory server takes. */
public interface UserDirectory {
    /**
     * The user's name as the directory writes it; empty if there is no such user or the password is wrong.
     *
     * @throws DirectoryUnavailableException if nobody could be asked
     */
    Optional<String> checkPassword(String user, String password);

    /**
     * The names of the groups of a user; empty if there is no such user.
     *
     * @throws DirectoryUnavailableException if nobody could be asked
     */
    Optional<List<String>> groupsOf(String user);

    /** The directory could not be asked; that is no statement about any user. */
    class DirectoryUnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public DirectoryUnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
