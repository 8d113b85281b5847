namespace MLOps.Gateway.Endpoints;

/// <summary>What of a request's inputs happened just now. The rest is history that comes with every request, and would be watched and counted again each time.</summary>
internal enum RequestPart
{
    /// <summary>Every batch row is an observation.</summary>
    All = 0,

    /// <summary>Only the newest batch row is one.</summary>
    Newest,

    /// <summary>None: a step that brings a sequence up to date.</summary>
    History,
}
