namespace MLOps.Contracts.Problems;

/// <summary>What went wrong, independent of any protocol. Each protocol has one table from code to status.</summary>
public enum ProblemCode
{
    /// <summary>A bug or an unforeseen failure. No detail reaches the caller.</summary>
    Internal = 0,
    /// <summary>An argument is missing, of the wrong type or out of range.</summary>
    InvalidArgument,
    /// <summary>The named thing does not exist.</summary>
    NotFound,
    /// <summary>A thing of that name exists already.</summary>
    AlreadyExists,
    /// <summary>The thing exists but its state forbids the operation.</summary>
    InvalidState,
    /// <summary>The store refused the write (a constraint that no earlier check foresaw).</summary>
    Rejected,
    /// <summary>Two writers collided; a retry may succeed.</summary>
    Conflict,
    /// <summary>A queue, a rate or a memory budget is full; retry later.</summary>
    ResourceExhausted,
    /// <summary>A dependency (store, silo, model) is not ready; retry later.</summary>
    Unavailable,
    /// <summary>The operation took longer than its limit.</summary>
    DeadlineExceeded,
    /// <summary>The caller may not do that.</summary>
    PermissionDenied,
    /// <summary>The operation is known and not offered here.</summary>
    NotImplemented,
    /// <summary>The caller asks more often than it may; retry later.</summary>
    TooManyRequests,
    /// <summary>The request, or what it expands to, is over the size limit.</summary>
    TooLarge,
}
