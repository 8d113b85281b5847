namespace MLOps.AppHost.Demo;

/// <summary>The demo did not do what it promises; the message says what and why.</summary>
public sealed class DemoException : Exception
{
    public DemoException()
    {
    }

    public DemoException(string message)
        : base(message)
    {
    }

    public DemoException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
