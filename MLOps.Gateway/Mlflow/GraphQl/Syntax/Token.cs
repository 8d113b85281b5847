namespace MLOps.Gateway.Mlflow.GraphQl.Syntax;

/// <param name="Text">As written; of a string its value.</param>
/// <param name="Position">Where it begins.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    private const int Shown = 40;

    public bool Is(string punctuator) => Kind == TokenKind.Punctuator && Text == punctuator;

    public override string ToString()
    {
        var text = Text.Length <= Shown ? Text : Text[..Shown] + "…";
        return Kind switch
        {
            TokenKind.End => "the end",
            TokenKind.String => $"String \"{text}\"",
            TokenKind.Punctuator => $"'{text}'",
            _ => $"{Kind} '{text}'",
        };
    }
}
