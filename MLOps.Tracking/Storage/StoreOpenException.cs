namespace MLOps.Tracking;

/// <summary>The store cannot be opened; the message is one line that says what is wrong and what to do. Nothing has been changed.</summary>
public sealed class StoreOpenException : Exception
{
    public StoreOpenException(string message)
        : base(message)
    {
    }

    public StoreOpenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
