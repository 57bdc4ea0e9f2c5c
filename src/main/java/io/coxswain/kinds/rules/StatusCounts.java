package io.coxswain.kinds.rules;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.util.List;

/** What a controller counts in a status. */
public final class StatusCounts {
    private StatusCounts() {}

    /** None may be negative, and none of the parts above the whole. */
    public static List<FieldError> check(ObjectView object, List<String> counts, String whole, List<String> parts) {
        Check check = new Check();
        ObjectView status = new ObjectView(object.object("status"));
        FieldPath path = FieldPath.of("status");
        counts.forEach(field -> check.nonNegative(status, path, field));
        long all = status.number(whole).orElse(0L);
        for (String part : parts) {
            long count = status.number(part).orElse(0L);
            if (count > all) {
                check.invalid(path.child(part), count, "cannot be greater than status." + whole);
            }
        }
        return check.errors();
    }
}
