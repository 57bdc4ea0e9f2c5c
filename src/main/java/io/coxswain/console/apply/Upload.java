package io.coxswain.console.apply;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;

/** The file of one request; it cannot live longer than that. */
@Named
@RequestScoped
public class Upload {
    private @Nullable Part file;

    public @Nullable Part getFile() {
        return file;
    }

    public void setFile(@Nullable Part file) {
        this.file = file;
    }
}
