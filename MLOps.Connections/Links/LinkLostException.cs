namespace MLOps.Connections.Links;

/// <summary>A link ended, or the other side stayed silent, before the answer came: the request may have been run or not.</summary>
public sealed class LinkLostException(string message, Exception? innerException = null) : IOException(message, innerException);
