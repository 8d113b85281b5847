namespace MLOps.Connections.Links;

/// <summary>A link ended, or the other side stayed silent, before the answer came: the request may have been run or not.</summary>
public sealed class LinkLostException(string message, Exception? innerException = null, bool isSilence = false) : IOException(message, innerException)
{
    /// <summary>Whether the other side was there all the time, as far as anybody knows, and did not answer.</summary>
    public bool IsSilence => isSilence;
}
