namespace MLOps.Inference.Engine;

/// <summary>Hears what an operator may want to know of an engine. Called on the thread that caused it, so it must be quick.</summary>
public interface IEngineObserver
{
    /// <summary>A model made room for another; who needs it again loads it again.</summary>
    /// <param name="bytes">What it was counted as.</param>
    void OnEvicted(string key, long bytes);

    /// <summary>The engine does something less well than it was asked to. Said once for each reason.</summary>
    void OnDegraded(string reason);
}
