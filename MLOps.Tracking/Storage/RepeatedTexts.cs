using System.Text;

namespace MLOps.Tracking.Storage;

/// <summary>Texts that come again and again, most in the order of their last time: each is made once and found by comparing bytes with the one that is expected.</summary>
internal sealed class RepeatedTexts
{
    private readonly List<(byte[] Utf8, string Text)> _texts = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private int _last = -1;

    public string Of(ReadOnlySpan<byte> utf8)
    {
        // Again, the next one, or the first one.
        if (Is(_last, utf8) || Is(_last + 1, utf8) || Is(0, utf8))
        {
            return _texts[_last].Text;
        }

        var text = Encoding.UTF8.GetString(utf8);
        if (!_places.TryGetValue(text, out _last))
        {
            _last = _texts.Count;
            _places[text] = _last;
            _texts.Add((utf8.ToArray(), text));
        }

        return _texts[_last].Text;
    }

    private bool Is(int place, ReadOnlySpan<byte> utf8)
    {
        if (place < 0 || place >= _texts.Count || !utf8.SequenceEqual(_texts[place].Utf8))
        {
            return false;
        }

        _last = place;
        return true;
    }
}
