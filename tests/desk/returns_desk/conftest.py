from returns_desk_kit import hub

__all__ = ["hub"]
